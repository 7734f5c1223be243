import { action } from '../../dist/action.js';

await action('image-metadata');
