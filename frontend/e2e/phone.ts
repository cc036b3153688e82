import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { required } from './portal.ts';

const REPOSITORY = path.join(import.meta.dirname, '../..');

/** Runs `tests/support/hand.py`: what a browser test cannot do itself. */
export function hand(...words: string[]): string {
  const options = { cwd: REPOSITORY, encoding: 'utf8' } as const;
  return execFileSync(
    required('E2E_PYTHON'),
    ['-m', 'tests.support.hand', ...words],
    options,
  ).trim();
}

/** An authenticator app, from RFC 4226 and RFC 6238: it scans a QR code, and tells codes. */
export class Phone {
  private secret: Buffer = Buffer.alloc(0);
  private lastStep = 0;

  /** Scans the QR code on the screen; gives what it says. */
  async scan(page: Page): Promise<URL> {
    const file = test.info().outputPath('qr.pgm');
    await writeFile(
      file,
      await grey(page, await page.getByRole('img', { name: /QR/ }).screenshot()),
    );
    const uri = new URL(hand('scan', file));
    expect(uri.protocol + uri.host).toBe('otpauth:totp');
    this.learn(uri.searchParams.get('secret') ?? '');
    return uri;
  }

  /** Has the key typed in. */
  learn(secret: string): void {
    this.secret = fromBase32(secret);
    this.lastStep = 0;
  }

  /** The next code: one that was not told before, waiting for it where it must. */
  async code(): Promise<string> {
    const now = () => Math.floor(Date.now() / 30_000);
    const step = Math.max(now(), this.lastStep + 1);
    // The portal takes a code of one step ahead, since clocks differ.
    while (now() + 1 < step) await new Promise((resolve) => setTimeout(resolve, 500));
    this.lastStep = step;
    return codeOf(this.secret, step);
  }
}

/** A screenshot as a binary PGM, which every decoder reads. */
async function grey(page: Page, png: Buffer): Promise<Buffer<ArrayBuffer>> {
  const { width, height, pixels } = await page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext('2d');
    context?.drawImage(bitmap, 0, 0);
    const { data } = context?.getImageData(0, 0, bitmap.width, bitmap.height) ?? { data: [] };
    return {
      width: bitmap.width,
      height: bitmap.height,
      pixels: [...data].filter((_, index) => index % 4 === 0),
    };
  }, png.toString('base64'));
  return Buffer.concat([Buffer.from(`P5 ${width} ${height} 255\n`), Buffer.from(pixels)]);
}

function codeOf(secret: Buffer, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac('sha1', secret).update(counter).digest();
  const start = (digest.at(-1) ?? 0) & 0x0f;
  const number = digest.readUInt32BE(start) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

function fromBase32(text: string): Buffer {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...text].map((sign) => alphabet.indexOf(sign).toString(2).padStart(5, '0'));
  const bytes = bits.join('').match(/.{8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)));
}
