import { post } from '../../dist/action.js';

await post('ecr-login');
