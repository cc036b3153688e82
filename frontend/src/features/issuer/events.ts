import type { operations } from '../../api/schema.gen';

type Query = NonNullable<operations['list_audit_events']['parameters']['query']>;
export type AuditEvent = NonNullable<Query['event']>[number];

/** Every event that the API knows; a new one fails the type check here, and then wants its name. */
const KNOWN: Record<AuditEvent, true> = {
  published: true,
  replaced: true,
  withdrawn: true,
  purged: true,
  hold_placed: true,
  hold_released: true,
  notified: true,
  bounced: true,
  opened_by_link: true,
  links_revoked: true,
  delivery_retried: true,
  question_asked: true,
  consulted: true,
  viewed: true,
  downloaded: true,
  fetched: true,
  marked_read: true,
  marked_unread: true,
  signed_in: true,
  signed_out: true,
  invitation_sent: true,
  invitation_accepted: true,
  profile_changed: true,
  customer_created: true,
  customer_changed: true,
  customers_imported: true,
  staff_created: true,
  token_created: true,
  token_revoked: true,
  session_ended: true,
  proved: true,
  password_changed: true,
  password_reset: true,
  email_changed: true,
  recovery_email_changed: true,
  recovery_block_lifted: true,
  mfa_enabled: true,
  mfa_disabled: true,
  mfa_postponed: true,
  mfa_recovered: true,
  passkey_added: true,
  passkey_removed: true,
  personal_data_exported: true,
  erasure_asked: true,
  person_erased: true,
  shared_user_added: true,
  shared_user_changed: true,
  shared_user_deleted: true,
  access_granted: true,
  access_changed: true,
  access_revoked: true,
  main_contact_offered: true,
  main_contact_offer_withdrawn: true,
  main_contact_changed: true,
  webhook_created: true,
  webhook_changed: true,
  webhook_deleted: true,
  webhook_paused: true,
};

export const EVENTS = Object.keys(KNOWN) as AuditEvent[];

export function isEvent(text: string | undefined): text is AuditEvent {
  return text !== undefined && Object.hasOwn(KNOWN, text);
}
