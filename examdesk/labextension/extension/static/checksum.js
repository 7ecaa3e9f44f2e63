// The checksum nbgrader gives each cell it locks at release (nbgrader.utils.compute_checksum), to be computed again here.

const SHIFTS = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
const SINES = Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32));

// MD5 (RFC 1321) of a text as hexadecimal digits. A guard against accidents: browsers bring no MD5, nbgrader no other.
export const md5 = (text) => {
  const bytes = new TextEncoder().encode(text), words = new Uint32Array(((bytes.length + 8 >> 6) + 1) * 16);
  bytes.forEach((byte, i) => { words[i >> 2] |= byte << (i % 4 * 8); });
  words[bytes.length >> 2] |= 0x80 << (bytes.length % 4 * 8);
  words.set([bytes.length * 8, bytes.length / 2 ** 29], words.length - 2);
  const sum = new Uint32Array([0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476]);
  for (let at = 0; at < words.length; at += 16) {
    let [a, b, c, d] = sum;
    for (let i = 0; i < 64; i += 1) {
      const round = i >> 4, by = SHIFTS[round][i % 4];
      const mixed = [() => (b & c) | (~b & d), () => (d & b) | (~d & c), () => b ^ c ^ d, () => c ^ (b | ~d)][round]();
      const turned = a + mixed + SINES[i] + words[at + [i, 5 * i + 1, 3 * i + 5, 7 * i][round] % 16] | 0;
      [a, d, c, b] = [d, c, b, b + (turned << by | turned >>> 32 - by) | 0];
    }
    [a, b, c, d].forEach((value, i) => { sum[i] += value; });
  }
  return Array.from(new Uint8Array(sum.buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
};

const truth = (value) => (value ? "True" : "False");
const decimal = (number) => (Number.isInteger(number) ? `${number}.0` : String(number));

// The checksum of a cell given as {cell_type, source, metadata}.
export const checksum = ({ cell_type: type, source, metadata }) => {
  const { grade, solution, locked, grade_id: id, points } = metadata.nbgrader;
  const shut = !solution && (grade || locked);
  return md5([source, type, truth(grade), truth(solution), truth(shut), id, grade ? decimal(points) : ""].join(""));
};

// Whether a cell is as it was released. What nbgrader never locked, e.g. an author's plain text, may change.
export const isAsReleased = (cell) => {
  const flags = cell.metadata.nbgrader;
  return !flags || flags.solution || !(flags.grade || flags.locked) || flags.checksum === checksum(cell);
};
