/** Text from base64; undefined if it is none. Pure, and the same everywhere. */
export const fromBase64 = (text: string): string | undefined => {
  const clean = text.replace(/\s+/g, '').replace(/-/g, '+').replace(/_/g, '/');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(clean) || clean.length % 4 === 1) return undefined;
  return Buffer.from(clean, 'base64').toString('utf8');
};

/** Text from hexadecimal digits. */
export const fromHex = (text: string): string | undefined => {
  const clean = text.replace(/\s+|\\x|0x/g, '');
  return /^([0-9a-fA-F]{2})*$/.test(clean) ? Buffer.from(clean, 'hex').toString('utf8') : undefined;
};

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Text from base32. */
export const fromBase32 = (text: string): string | undefined => {
  const clean = text.replace(/\s+/g, '').replace(/=+$/, '').toUpperCase();
  const bytes: number[] = [];
  let bits = 0;
  let value = 0;
  for (const char of clean) {
    const digit = ALPHABET.indexOf(char);
    if (digit === -1) return undefined;
    value = ((value << 5) | digit) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((value >> bits) & 0xff);
    }
  }
  return Buffer.from(bytes).toString('utf8');
};

const BASE64_CALLS = [
  /(?:base64\.)?b64decode\(\s*b?(['"])([A-Za-z0-9+/=_-]+)\1\s*\)/g,
  /\batob\(\s*(['"`])([A-Za-z0-9+/=]+)\1\s*\)/g,
  /Buffer\.from\(\s*(['"`])([A-Za-z0-9+/=]+)\1\s*,\s*['"]base64['"]\s*\)/g,
  /(?:decode_base64|Base64\.(?:strict_|urlsafe_)?decode64|base64_decode)\(\s*(['"])([A-Za-z0-9+/=]+)\1\s*\)/g,
];
const HEX_CALLS = [
  /(?:bytes\.fromhex|(?:binascii\.)?unhexlify)\(\s*b?(['"])([0-9a-fA-F\s]+)\1\s*\)/g,
  /Buffer\.from\(\s*(['"`])([0-9a-fA-F]+)\1\s*,\s*['"]hex['"]\s*\)/g,
];
const ENCODED =
  /(?:decodeURIComponent|unescape|unquote|rawurldecode|urldecode|CGI\.unescape)\(\s*(['"`])([^'"`]+)\1\s*\)/g;
const ROTATED =
  /(?:codecs\.(?:decode|encode)\(\s*(['"])((?:\\.|(?!\1).)*)\1\s*,\s*['"]rot_?13['"]\s*\)|str_rot13\(\s*(['"])((?:\\.|(?!\3).)*)\3\s*\))/g;
const CHARACTERS =
  /(?:String\.fromCharCode\(|bytes\(\[|bytearray\(\[|''\.join\(map\(chr,\s*\[)\s*((?:\d+\s*,\s*)*\d+)\s*\]?\)\)?/g;

const percentDecoded = (text: string): string =>
  text.replace(/%([0-9a-fA-F]{2})/g, (_whole, digits: string) => String.fromCharCode(parseInt(digits, 16)));

const rotated = (text: string): string =>
  text.replace(/[a-z]/gi, (char) => {
    const base = char <= 'Z' ? 65 : 97;
    return String.fromCharCode(((char.charCodeAt(0) - base + 13) % 26) + base);
  });

/** Code with its encoded literals written out, so that what is hidden in them can be read. */
export const decodeLiterals = (code: string): string => {
  if (
    !/b64decode|atob|base64|decode64|fromhex|unhexlify|'hex'|"hex"|fromCharCode|map\(chr|bytes|rot_?13|decodeURI|unescape|unquote|urldecode/.test(
      code,
    )
  )
    return code;
  let out = code;
  const quoted = (text: string | undefined, whole: string): string =>
    text === undefined ? whole : JSON.stringify(text);
  for (const call of BASE64_CALLS)
    out = out.replace(call, (whole, _q, text: string) => quoted(fromBase64(text), whole));
  for (const call of HEX_CALLS) out = out.replace(call, (whole, _q, text: string) => quoted(fromHex(text), whole));
  out = out.replace(ENCODED, (_whole, _q, text: string) => JSON.stringify(percentDecoded(text)));
  out = out.replace(ROTATED, (_whole, _q, first: string | undefined, _p, second: string | undefined) =>
    JSON.stringify(rotated(first ?? second ?? '')),
  );
  return out.replace(CHARACTERS, (_whole, list: string) =>
    JSON.stringify(String.fromCharCode(...list.split(',').slice(0, 4096).map(Number))),
  );
};
