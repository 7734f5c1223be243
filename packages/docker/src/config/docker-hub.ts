/** Under this name Docker's configuration keeps the login to `docker.io`, whatever the registry is called. */
export const hub = 'https://index.docker.io/v1/';
