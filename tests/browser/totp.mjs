// One-time codes as an app makes them (RFC 6238), from the address that its QR code holds.

import { createHmac } from 'node:crypto';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The code at a moment, in seconds since 1970. */
export function codeAt(otpauth, seconds) {
  const asked = new URL(otpauth).searchParams;
  const of = (name, usual) => asked.get(name) ?? usual;
  const step = BigInt(Math.floor(seconds / Number(of('period', 30))));
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(step);
  const digest = createHmac(of('algorithm', 'SHA1'), bytesOf(of('secret', ''))).update(message).digest();
  const number = digest.readUInt32BE(digest.at(-1) & 0xf) & 0x7fffffff;
  const digits = Number(of('digits', 6));
  return String(number % 10 ** digits).padStart(digits, '0');
}

/** The code of now. */
export function codeNow(otpauth) {
  return codeAt(otpauth, Date.now() / 1000);
}

/** The bytes that base32 spells. */
function bytesOf(base32) {
  const bits = [...base32.replace(/=+$/, '')].map((letter) => LETTERS.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
}
