import { action } from '../../dist/action.js';

await action('convert-manifest');
