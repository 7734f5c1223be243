import { action } from '../../dist/action.js';

await action('promote-image');
