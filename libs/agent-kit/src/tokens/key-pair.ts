import { generateKeyPair as generate } from 'node:crypto';
import { promisify } from 'node:util';

export interface KeyPair {
  /** PKCS #8. Stays with the signer. */
  readonly privateKeyPem: string;
  /** SPKI. For every verifier. */
  readonly publicKeyPem: string;
}

const generateAsync = promisify(generate);

/** Makes an Ed25519 key pair for signing Rig's tokens. */
export const generateKeyPair = async (): Promise<KeyPair> => {
  const { privateKey, publicKey } = await generateAsync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return { privateKeyPem: privateKey, publicKeyPem: publicKey };
};
