import { afterEach, expect, it, vi } from 'vitest';
import { canUsePasskeys, isAddress, makePasskey } from './passkeys';

afterEach(() => vi.unstubAllGlobals());

it.each(['127.0.0.1', '10.0.0.12', '[::1]'])('%s is an address', (host) => {
  expect(isAddress(host)).toBe(true);
});

it.each(['localhost', 'portal.example.com', '10.example.com'])('%s is a name', (host) => {
  expect(isAddress(host)).toBe(false);
});

it('passkeys need a browser that reads their options as JSON', () => {
  expect(canUsePasskeys('portal.example.com')).toBe(false);
  vi.stubGlobal('PublicKeyCredential', class {});
  expect(canUsePasskeys('portal.example.com')).toBe(false);
});

function stubBrowser(create: () => Promise<unknown>) {
  class Credential {
    static parseCreationOptionsFromJSON(options: unknown) {
      return options;
    }
    toJSON() {
      return { id: 'abc' };
    }
  }
  vi.stubGlobal('PublicKeyCredential', Credential);
  vi.stubGlobal('navigator', { credentials: { create } });
  return Credential;
}

it('a made passkey is handed on as JSON', async () => {
  const Credential = stubBrowser(async () => new Credential());
  expect(canUsePasskeys('portal.example.com')).toBe(true);
  expect(await makePasskey({})).toEqual({ id: 'abc' });
});

it('closing the browser’s dialog is no error, anything else is', async () => {
  stubBrowser(() => Promise.reject(new DOMException('declined', 'NotAllowedError')));
  expect(await makePasskey({})).toBeNull();
  stubBrowser(() => Promise.reject(new DOMException('again', 'InvalidStateError')));
  await expect(makePasskey({})).rejects.toThrow('again');
});
