// A PMTiles archive (version 3) of pictures in one colour each, small enough to be written out here: a header, one directory, the pictures.

import { crc32, deflateSync } from 'node:zlib';

/** A PNG of so many points a side, in the colour that `at` says for each point. */
export function png(side, at) {
  const rows = Buffer.alloc(side * (side * 3 + 1));
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) rows.set(at(x, y), y * (side * 3 + 1) + 1 + x * 3);
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const begin = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([begin, chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(name, data) {
  const named = Buffer.concat([Buffer.from(name), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([ends.subarray(0, 4), named, ends.subarray(4)]);
}

/** An archive of `tiles`, each `{ zoom, column, row, picture }`. */
export function archive(tiles, attribution) {
  const sorted = tiles.map((tile) => ({ ...tile, id: idOf(tile) })).sort((one, other) => one.id - other.id);
  const metadata = Buffer.from(JSON.stringify({ attribution }));
  const sizes = sorted.map(({ picture }) => picture.length);
  const steps = sorted.map(({ id }, n) => id - (n ? sorted[n - 1].id : 0));
  // Each picture follows the one before it, which a 0 says; the first begins at 0, which a 1 says.
  const places = sorted.map((_, n) => (n ? 0 : 1));
  const numbers = [sorted.length, ...steps, ...sorted.map(() => 1), ...sizes, ...places];
  const directory = Buffer.from(numbers.flatMap(varint));
  const data = Buffer.concat(sorted.map(({ picture }) => picture));
  return Buffer.concat([header({ directory, metadata, data, tiles: sorted }), directory, metadata, data]);
}

function header({ directory, metadata, data, tiles }) {
  const head = Buffer.alloc(127);
  head.write('PMTiles');
  head[7] = 3;
  const parts = [directory.length, metadata.length, 0, data.length];
  let place = 127;
  parts.forEach((length, n) => {
    head.writeBigUInt64LE(BigInt(place), 8 + n * 16);
    head.writeBigUInt64LE(BigInt(length), 16 + n * 16);
    place += length;
  });
  for (const at of [72, 80, 88]) head.writeBigUInt64LE(BigInt(tiles.length), at);
  const zooms = tiles.map(({ zoom }) => zoom);
  // Clustered, nothing compressed, PNG.
  head.set([1, 1, 1, 2, Math.min(...zooms), Math.max(...zooms)], 96);
  [-1_800_000_000, -850_000_000, 1_800_000_000, 850_000_000].forEach((edge, n) => head.writeInt32LE(edge, 102 + n * 4));
  return head;
}

function varint(number) {
  const bytes = [];
  for (let rest = number; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) + 128);
  }
}

/** A tile's number: how many there are at smaller zooms, and its place on the Hilbert curve of its own. */
function idOf({ zoom, column, row }) {
  let [id, x, y] = [(4 ** zoom - 1) / 3, column, row];
  for (let side = 2 ** (zoom - 1); side >= 1; side /= 2) {
    const [right, below] = [(x & side) > 0 ? 1 : 0, (y & side) > 0 ? 1 : 0];
    id += side * side * ((3 * right) ^ below);
    if (!below) {
      if (right) [x, y] = [side - 1 - (x & (side - 1)), side - 1 - (y & (side - 1))];
      [x, y] = [y, x];
    }
  }
  return id;
}
