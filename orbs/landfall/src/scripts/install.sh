# Puts `landfall` on the PATH of the later steps: from a path in the workspace, or from the release, whose
# bytes must have the SHA-256 that is pinned here.
set -euo pipefail

folder="${HOME}/.landfall/cli"
archive=$(circleci env subst "${PARAM_PATH}")
mkdir -p "${folder}"

if [ -z "${archive}" ]; then
  case "${PARAM_VERSION}" in
    *[!0-9A-Za-z.-]* | '') echo "version must be like 1.2.3, got \"${PARAM_VERSION}\"" >&2; exit 2 ;;
  esac
  case "${PARAM_SHA256}" in
    *[!0-9a-f]* | '') echo 'sha256 must be the 64 hex digits that the release page shows for the archive' >&2; exit 2 ;;
  esac
  [ "${#PARAM_SHA256}" -eq 64 ] || { echo "sha256 must have 64 hex digits, got ${#PARAM_SHA256}" >&2; exit 2; }
  archive="${folder}/landfall-${PARAM_VERSION}.tgz"
  url="https://github.com/landfall-ci/landfall/releases/download/v${PARAM_VERSION}/landfall-${PARAM_VERSION}.tgz"
  curl --fail --silent --show-error --location --proto '=https' --tlsv1.2 --retry 3 --max-time 120 \
    --output "${archive}" "${url}"
  actual=$(sha256sum "${archive}" | cut -d ' ' -f 1)
  if [ "${actual}" != "${PARAM_SHA256}" ]; then
    rm -f "${archive}"
    echo "landfall-${PARAM_VERSION}.tgz has the SHA-256 ${actual}, not the pinned ${PARAM_SHA256}" >&2
    exit 1
  fi
fi

# A folder is used as it lies; an archive is what `npm pack` makes, with everything under `package/`.
if [ -d "${archive}" ]; then
  package=$(cd "${archive}" && pwd)
else
  rm -rf "${folder}/package"
  tar -xzf "${archive}" -C "${folder}"
  package="${folder}/package"
fi

mkdir -p "${HOME}/.landfall/bin"
printf '#!/bin/sh\nexec node "%s/dist/landfall.js" "$@"\n' "${package}" >"${HOME}/.landfall/bin/landfall"
chmod 0755 "${HOME}/.landfall/bin/landfall"
# shellcheck disable=SC2016 # PATH is that of the shell that reads the file
printf '\nexport PATH="%s/.landfall/bin:${PATH}"\n' "${HOME}" >>"${BASH_ENV}"
"${HOME}/.landfall/bin/landfall" --version
