const oldest = { major: 6, minor: 2 };

/** What is wrong with the version that INFO tells, if anything; Valkey tells which Redis it stands in for. */
export function versionFault(info: string): string | null {
  const [, version, major, minor] = /^redis_version:((\d+)\.(\d+)\S*)/m.exec(info) ?? [];
  if (version === undefined) return null;
  const isTested =
    Number(major) > oldest.major || (Number(major) === oldest.major && Number(minor) >= oldest.minor);
  return isTested
    ? null
    : `it is Redis ${version}, and the oldest to be counted on is ${oldest.major}.${oldest.minor}`;
}
