/** Docker Hub goes by several names; Docker itself logs in to the first. */
const names = ['docker.io', 'index.docker.io', 'registry-1.docker.io'];

export const isDockerHub = (host: string) => names.includes(host.toLowerCase());
