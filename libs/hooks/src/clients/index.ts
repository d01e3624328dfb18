import { claudeCode } from './claude-code.js';
import type { Client, ClientName } from './client.js';
import { codex } from './codex.js';
import { geminiCli } from './gemini-cli.js';

const BY_NAME: Readonly<Record<ClientName, Client>> = { 'claude-code': claudeCode, codex, 'gemini-cli': geminiCli };

export const clientOf = (name: ClientName): Client => BY_NAME[name];
