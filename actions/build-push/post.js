import { post } from '../../dist/action.js';

await post('build-push');
