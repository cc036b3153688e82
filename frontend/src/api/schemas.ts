import type { components } from './schema.gen';

/** The API's types by name, as the OpenAPI document calls them. */
export type Schema = components['schemas'];
