import './trusted-types.ts';
import { ElitError } from './errors.ts';
import { readPageOptions } from './ui/page-options/page-options.ts';
import { keepAddress } from './ui/sharing/keep-address.ts';
import { sharedModel } from './ui/sharing/share-link.ts';
import './ui/shortcuts/shortcuts.ts';
import './ui/stored-models/stored-models.ts';
import './ui/studio/studio.ts';
import './ui/theme-switch/theme-switch.ts';
import './ui/update-notice/update-notice.ts';

const MODEL = 'models/emoji-128/';

/** That model's pictures of one seed, to be shown until it has arrived. */
const RECORDED = 'recorded/emoji-128';

/** A first picture that shows the bundled model at its best. */
const FIRST = { subject: 'red heart', style: 'fluent-emoji', seed: 7 };

const studio = document.querySelector('elit-studio');
if (studio === null) throw new Error('index.html has no elit-studio element');
try {
  const address = new URL(location.href);
  const { model, backend, settings } = readPageOptions(address);
  studio.backend = backend;
  studio.madeBy = sharedModel(address);
  studio.settings = model === null ? { ...FIRST, ...settings } : settings;
  studio.recorded = model === null ? new URL(RECORDED, document.baseURI).href : null;
  studio.model = model ?? new URL(MODEL, document.baseURI).href;
} catch (thrown) {
  studio.fail(ElitError.from(thrown));
}
keepAddress(studio, window);

// The development server has no built files to keep.
if (import.meta.env.PROD) {
  document.querySelector('elit-update-notice')?.watch(new URL('service-worker.js', document.baseURI));
}
