import { action } from '../../dist/action.js';

await action('create-image-index');
