import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from '@playwright/test';
import { hand } from './phone.ts';
import { required } from './portal.ts';

const UBL = path.join(import.meta.dirname, '../../tests/data/ubl/be-multi-rate-21-12-6-0.xml');

type Channel = 'portal' | 'post' | 'portal_and_post';

/** Publishes a first invoice for a new customer number, as an ERP does: its contact is invited. */
export async function publishFor(
  email: string,
  channel: Channel = 'portal',
): Promise<{ customer: string; number: string }> {
  const scopes = ['--scope', 'issuer:publish', '--scope', 'issuer:customers'];
  const token = hand('iportal', 'create-token', required('E2E_STAFF'), ...scopes)
    .split('\n')
    .find((line) => line.startsWith('ipt_'));
  const headers = { Authorization: `Bearer ${token}` };
  const customer = `DL${Date.now()}`;
  const known = await fetch(issuerUrl(`customers/${customer}`), {
    method: 'PUT',
    headers: { ...headers, 'Content-Type': 'application/json' },
    body: JSON.stringify({
      name: 'Atelier Neuf',
      language: 'fr',
      channel,
      contact: { email },
    }),
  });
  expect(known.status).toBe(201);

  const number = `F${Date.now()}`;
  const ubl = (await readFile(UBL, 'utf8')).replace(/<cbc:ID>[^<]*</, `<cbc:ID>${number}<`);
  const form = new FormData();
  form.set('ubl', new Blob([ubl], { type: 'application/xml' }), 'invoice.xml');
  form.set('metadata', JSON.stringify({ customer_number: customer }));
  const published = await fetch(issuerUrl('documents'), { method: 'POST', headers, body: form });
  expect(published.status, await published.text()).toBe(201);
  return { customer, number };
}

function issuerUrl(place: string): URL {
  return new URL(`/api/v1/issuer/${place}`, required('E2E_BASE_URL'));
}
