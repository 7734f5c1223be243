/** The sample of wacul/aws-ecs at 79d3099, `app` in sample/services.yml, with values of an environment. */
export const seedTemplate = `{
  "family": "{{environment}}-{{item}}",
  "containerDefinitions": [
    {
      "name": "{{environment}}-{{item}}",
      "cpu": {{cpu}},
      "memoryReservation": {{memoryReservation}},
      "image": "alpine",
      "command": [
        "sh",
        "-c",
        "while :;do echo test;sleep 5;done"
      ],
      "portMappings": {{portMappings|default([])|tojson}},
      "logConfiguration": {
        "logDriver": "syslog",
        "options": {
          "tag": "docker/{{environment}}/{{item}}/{% raw %}{{.ID}}{% endraw %}"
        }
      },
      "essential": true
    }
  ]
}
`;

export const seedVariables = {
  environment: 'dev',
  item: 'web',
  cpu: 96,
  memoryReservation: 128,
  portMappings: [{ containerPort: 80, hostPort: 0 }],
};
