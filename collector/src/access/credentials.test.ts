import { describe, expect, it } from 'vitest'
import { tokenOf } from './credentials.ts'

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`

describe('the token of a request', () => {
  it.each([
    ['a bearer', { authorization: 'Bearer hod_x' }, 'hod_x'],
    ['a bearer in another spelling', { authorization: 'bEARER   hod_x ' }, 'hod_x'],
    ['the password of basic authentication', { authorization: basic('grafana:hod_x') }, 'hod_x'],
    ['a password with colons, without a name', { authorization: basic(':a:b') }, 'a:b'],
    ['the cookie', { cookie: 'a=b; hodoscope=hod_x; c=d' }, 'hod_x'],
    ['the header before the cookie', { authorization: 'Bearer h', cookie: 'hodoscope=c' }, 'h'],
    ['nothing', {}, undefined],
    ['another cookie', { cookie: 'xhodoscope=hod_x' }, undefined],
    ['a scheme that is not ours', { authorization: 'Digest hod_x', cookie: 'hodoscope=c' }, undefined],
    ['basic authentication without a colon', { authorization: basic('hod_x') }, undefined],
    ['too long a text', { authorization: `Bearer ${'x'.repeat(513)}` }, undefined],
  ])('is %s', (_, headers, token) => expect(tokenOf(headers)).toBe(token))
})
