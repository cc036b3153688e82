import { describe, expect, it } from 'vitest';
import { isAcceptable, passwordAdvice } from './password';

const varied = (length: number) => 'abcdefghij klmnopqr'.repeat(10).slice(0, length);

describe('passwordAdvice', () => {
  it('holds to 15–128 characters', () => {
    expect(passwordAdvice('')).toEqual({ state: 'empty' });
    expect(passwordAdvice(varied(14))).toEqual({ state: 'short', missing: 1 });
    expect(isAcceptable(passwordAdvice(varied(14)))).toBe(false);
    expect(isAcceptable(passwordAdvice(varied(15)))).toBe(true);
    expect(isAcceptable(passwordAdvice(varied(128)))).toBe(true);
    expect(passwordAdvice(varied(129))).toEqual({ state: 'long' });
  });

  it('counts characters as people do', () => {
    expect(passwordAdvice('é'.normalize('NFD').repeat(14)).state).toBe('short');
    expect(passwordAdvice('😀'.repeat(14))).toEqual({ state: 'short', missing: 1 });
  });

  it('warns of repetition and of one’s own name', () => {
    expect(passwordAdvice('aaaaaaaaaaaaaaaaaaaa').state).toBe('repetitive');
    expect(passwordAdvice('my name is Claire.D!', 'claire.d@example.com').state).toBe('own_name');
    expect(passwordAdvice(varied(16)).state).toBe('good');
    expect(passwordAdvice(varied(24)).state).toBe('strong');
  });
});
