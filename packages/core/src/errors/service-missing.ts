/** What to do where ECS shows no service of this name. Only Express services are created by an operation. */
export const serviceMissingRemedy =
  'Check the names (cluster and service may be swapped), the region and the account. A new service must be created first, with your infrastructure code or `aws ecs create-service`; deploy-express-service creates Express services.';
