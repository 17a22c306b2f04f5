// The only place that talks to the server.
import { t } from './language.js';

const tokenOfPage = document.querySelector('meta[name=csrf-token]');

/** A refusal of the server: `status` and the fields of its RFC 9457 document. */
export class Problem extends Error {
  constructor(status, document) {
    super(document.detail || document.title || t('系统暂时没有响应', 'The system did not answer'));
    Object.assign(this, { status, code: document.code, errors: document.errors || {} });
    this.clauses = document.clauses || [];
    this.incident = document.incident;
  }
}

async function answerOf(response) {
  const type = response.headers.get('Content-Type') || '';
  const body = type.includes('json') ? await response.json() : {};
  if (!response.ok) throw new Problem(response.status, body);
  return body;
}

async function request(url, options) {
  const headers = { Accept: 'application/json', ...options.headers };
  headers['X-CSRFToken'] = tokenOfPage?.content || '';
  let response;
  try {
    response = await fetch(url, { ...options, headers });
  } catch {
    throw new Problem(0, { detail: t('网络不通，请稍后再试。', 'No connection. Please try again.') });
  }
  return answerOf(response);
}

/** Send JSON; `more` takes further headers or `keepalive`. */
export const send = (method, url, body, { headers, ...more } = {}) => request(url, {
  method,
  body: JSON.stringify(body),
  headers: { 'Content-Type': 'application/json', ...headers },
  ...more
});

/** Upload one file; answers {id, name, size}. */
export function upload(url, file) {
  const body = new FormData();
  body.append('file', file);
  return request(url, { method: 'POST', body });
}

/** After the person signed in again in another window: take over that session's token. */
export async function renewToken(url) {
  tokenOfPage.content = (await request(url, { method: 'GET' })).csrf;
}

/** The text of a published document, such as a diagram. */
export async function text(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Problem(response.status, {});
  return response.text();
}
