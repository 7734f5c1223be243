import { action } from '../../dist/action.js';

await action('scan-gate');
