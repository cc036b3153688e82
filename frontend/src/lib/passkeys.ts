/** Passkeys, as browsers offer them by WebAuthn level 3: options and answers are plain JSON. */

/** Whether this browser can use passkeys here: they belong to a host name, never to an address. */
export function canUsePasskeys(hostname = window.location.hostname): boolean {
  return hasPasskeys() && !isAddress(hostname);
}

export function hasPasskeys(): boolean {
  return (
    typeof PublicKeyCredential === 'function' &&
    'parseCreationOptionsFromJSON' in PublicKeyCredential
  );
}

/** Whether a host is an IP address: `127.0.0.1`, `[::1]`. */
export function isAddress(hostname: string): boolean {
  return /^(\d+(\.\d+){3}|\[.*\])$/.test(hostname);
}

type Json = Record<string, unknown>;

/** Makes a passkey; null when the reader closed the browser's dialog. */
export async function makePasskey(options: Json): Promise<Json | null> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    options as unknown as PublicKeyCredentialCreationOptionsJSON,
  );
  return answer(() => navigator.credentials.create({ publicKey }));
}

/** Signs with a passkey; null when the reader closed the browser's dialog. */
export async function signWithPasskey(options: Json): Promise<Json | null> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    options as unknown as PublicKeyCredentialRequestOptionsJSON,
  );
  return answer(() => navigator.credentials.get({ publicKey }));
}

async function answer(ask: () => Promise<Credential | null>): Promise<Json | null> {
  try {
    const credential = await ask();
    return credential instanceof PublicKeyCredential
      ? (credential.toJSON() as unknown as Json)
      : null;
  } catch (error) {
    const isDeclined = error instanceof DOMException && error.name === 'NotAllowedError';
    if (isDeclined) return null;
    throw error;
  }
}
