/**
 * The site offline, and the headers that a static host cannot set. It answers for the files of the build, from the
 * device; models are the model store's, and go past it, but for their pictures. A new version waits until no page of the
 * old one is open, or until the user asks for it.
 */
import { ISOLATION, securityHeaders } from './headers.ts';
import type { Precache } from './precache.ts';
import { SiteCaches } from './site-caches.ts';

declare const self: ServiceWorkerGlobalScope;
/** Put in by the build. */
declare const __PRECACHE__: Precache;

const precache = __PRECACHE__;
const root = self.registration.scope;
const site = new SiteCaches(precache, root);
/** What may run, and so needs the headers. */
const SCRIPTS = ['worker', 'sharedworker', 'script'];

self.addEventListener('install', (event) => event.waitUntil(site.install()));
self.addEventListener('activate', (event) => event.waitUntil(site.prune()));
self.addEventListener('message', (event) => {
  if (event.data === 'activate') event.waitUntil(self.skipWaiting());
  else if (event.data === 'keep-runtime') event.waitUntil(site.keepRuntime());
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname, href } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin || !href.startsWith(root)) return;
  const path = pathname.slice(new URL(root).pathname.length);
  if (request.mode === 'navigate') event.respondWith(answerNavigation(request, path));
  else if (path.startsWith('assets/') || SCRIPTS.includes(request.destination)) {
    event.respondWith(answerFile(request, path));
  } else if (precache.files.some((file) => file.path === path)) event.respondWith(answerFile(request, path));
  else if (request.destination === 'image') event.respondWith(site.picture(request));
});

async function answerNavigation(request: Request, path: string): Promise<Response> {
  if (path === '' || path === 'index.html') {
    const kept = await site.document();
    if (kept !== undefined) return withHeaders(kept, securityHeaders(path));
  }
  // Another page of this folder: its policy is its own.
  const headers = /^bench/.test(path) ? securityHeaders(path) : ISOLATION;
  return withHeaders(await fetch(request), headers);
}

async function answerFile(request: Request, path: string): Promise<Response> {
  const url = new URL(path, root).href;
  return withHeaders((await site.file(url)) ?? (await fetch(request)), securityHeaders(path));
}

/** Answers of the network may be of a kind that has no headers to change. */
function withHeaders(response: Response, headers: Record<string, string>): Response {
  if (response.type === 'opaqueredirect' || response.type === 'error') return response;
  const changed = new Headers(response.headers);
  for (const [name, value] of Object.entries(headers)) changed.set(name, value);
  const { status, statusText } = response;
  const body = [204, 304].includes(status) ? null : response.body;
  return new Response(body, { status, statusText, headers: changed });
}
