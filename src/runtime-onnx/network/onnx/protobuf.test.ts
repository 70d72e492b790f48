import { describe, expect, it } from 'vitest';
import { Message } from './protobuf.ts';

const hex = (message: Message): string => Buffer.from(message.finish()).toString('hex');

/** The examples of protobuf's own description of its encoding, and what they leave out. */
describe('Message', () => {
  it.each([
    ['a small number', new Message().int(1, 1), '0801'],
    ['a number of two groups', new Message().int(1, 150), '089601'],
    ['zero', new Message().int(3, 0), '1800'],
    ['a number beyond 32 bits', new Message().int(1, 2 ** 40), '08808080808020'],
    ['-2, in ten bytes', new Message().int(1, -2), '08feffffffffffffffff01'],
    ['a field number of two bytes', new Message().int(20, 7), 'a00107'],
    ['a float', new Message().float(2, 1.5), '150000c03f'],
    ['a text', new Message().text(2, 'testing'), '120774657374696e67'],
    ['a text beyond ASCII', new Message().text(2, 'é'), '1202c3a9'],
    ['a message in a message', new Message().message(3, new Message().int(1, 150)), '1a03089601'],
    ['fields in their order', new Message().int(2, 1).int(1, 2), '10010802'],
  ])('writes %s', (_, message, bytes) => {
    expect(hex(message)).toBe(bytes);
  });

  it('counts the bytes of long ones', () => {
    expect(hex(new Message().bytes(1, new Uint8Array(300))).slice(0, 8)).toBe('0aac0200');
  });
});
