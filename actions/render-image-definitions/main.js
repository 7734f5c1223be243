import { action } from '../../dist/action.js';

await action('render-image-definitions');
