import { expect, type Page, test } from '@playwright/test';
import { StudioPage } from './studio-page.ts';

/** What the page may do at all: nothing from elsewhere, nothing made from text. The service worker's part is in its own tests. */

for (const backend of ['webgpu', 'wasm']) {
  test(`a picture on ${backend} asks nobody else and breaks no policy`, async ({ page, context, baseURL }) => {
    const asked = new Set<string>();
    context.on('request', (request) => asked.add(new URL(request.url()).origin));
    const studio = new StudioPage(page);
    await page.addInitScript(recordViolations);
    const response = await page.goto(`./?backend=${backend}&steps=1&guidance=1&budget=1`);
    await expect(studio.image).toHaveAttribute('data-backend', backend);
    await expect(studio.image).toHaveAttribute('data-state', 'done');
    expect([...asked]).toEqual([new URL(baseURL!).origin]);
    expect(await violations(page)).toEqual([]);
    expect(studio.complaints).toEqual([]);
    expect(response?.headers()['content-security-policy']).toContain("script-src 'self' 'wasm-unsafe-eval';");
  });
}

test('what is injected does not run', async ({ page }) => {
  await page.addInitScript(recordViolations);
  await page.route('**/*backend=none', async (route) => {
    const response = await route.fetch();
    const injected =
      '<body><script>globalThis.ran = "markup"</script><img src="x" onerror="globalThis.ran = 1" alt="">';
    await route.fulfill({ response, body: (await response.text()).replace('<body>', injected) });
  });
  await page.goto('./?backend=none');
  const refused = await page.evaluate(inject);
  expect(refused).toEqual({
    eval: 'EvalError',
    html: 'TypeError',
    scriptText: 'TypeError',
    foreignWorker: 'TypeError',
  });
  const broken = ['script-src-elem', 'script-src-attr', 'style-src-attr', 'connect-src', 'require-trusted-types-for'];
  await expect.poll(() => violations(page)).toEqual(expect.arrayContaining(broken));
  expect(await page.evaluate(() => Reflect.get(globalThis, 'ran'))).toBeUndefined();
});

test('workers are under the same policy, and the page has it without headers too', async ({ page, request }) => {
  const scripts: string[] = [];
  page.on('worker', (worker) => scripts.push(worker.url()));
  await page.goto('./?backend=webgpu&steps=1&guidance=1&budget=1');
  await new StudioPage(page).drawn({ steps: 1 });
  expect(scripts.length).toBeGreaterThan(0);
  for (const script of scripts) {
    const policy = (await request.get(script)).headers()['content-security-policy'];
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toContain("'unsafe-eval'");
  }
  const meta = page.locator('meta[http-equiv="Content-Security-Policy"]');
  expect(await meta.getAttribute('content')).toContain("default-src 'none'; script-src 'self' 'wasm-unsafe-eval';");
});

/** Runs in the page before its scripts. */
function recordViolations(): void {
  const seen: string[] = [];
  Reflect.set(globalThis, 'violations', seen);
  document.addEventListener('securitypolicyviolation', (event) => seen.push(event.effectiveDirective));
}

function violations(page: Page): Promise<string[]> {
  return page.evaluate(() => Reflect.get(globalThis, 'violations'));
}

/** Runs in the page, where a tool's own code may evaluate; so it is done later, as the page's own. */
function inject(): Promise<Record<string, string>> {
  const nameOf = (attempt: () => unknown) => {
    try {
      attempt();
      return 'done';
    } catch (thrown) {
      return thrown instanceof Error ? thrown.name : String(thrown);
    }
  };
  return new Promise((resolve) => {
    setTimeout(() => {
      const inline = document.createElement('script');
      inline.append('globalThis.ran = "inline"');
      nameOf(() => document.body.append(inline));
      document.body.setAttribute('style', 'color: red');
      fetch('https://example.org/').catch(() => undefined);
      resolve({
        // biome-ignore lint/security/noGlobalEval: that it is refused is the point
        eval: nameOf(() => globalThis.eval('globalThis.ran = "eval"')),
        html: nameOf(() => {
          document.createElement('div').innerHTML = '<img src="x" onerror="globalThis.ran = 1">';
        }),
        scriptText: nameOf(() => {
          document.createElement('script').text = 'globalThis.ran = "text"';
        }),
        foreignWorker: nameOf(() => new Worker('https://example.org/worker.js')),
      });
    });
  });
}
