/** What to do where ECS shows no service of this name. */
export const serviceMissingRemedy =
  'Check the names (cluster and service may be swapped), the region and the account. A new service must be created first, with `create` and `service-definition` of deploy-service or with your infrastructure code; deploy-express-service creates Express services.';
