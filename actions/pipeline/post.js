import { post } from '../../dist/action.js';

await post('pipeline');
