// The one-time codes that the tests sign in with are those of RFC 6238.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { codeAt } from './totp.mjs';

// Its appendix B: the secret is "12345678901234567890".
const OTPAUTH = 'otpauth://totp/Usra:rfc?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Usra&digits=8';
const CODES = [[59, '94287082'], [1111111109, '07081804'], [1234567890, '89005924'], [20000000000, '65353130']];

describe('one-time codes', () => {
  for (const [seconds, code] of CODES) {
    it(`are those of the standard at ${seconds} s`, () => assert.equal(codeAt(OTPAUTH, seconds), code));
  }

  it('have six digits unless the address says otherwise', () => {
    assert.equal(codeAt(OTPAUTH.replace('&digits=8', ''), 59), '287082');
  });
});
