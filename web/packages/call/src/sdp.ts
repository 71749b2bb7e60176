/** The first ICE user fragment of a description. */
export function ufragOf(sdp: string): string {
  return /^a=ice-ufrag:(\S+)/m.exec(sdp)?.[1] ?? '';
}

/** Of the certificate, which a peer connection has of its own; empty: it says none. (The session in `o=` is new in each offer of some libraries.) */
export function fingerprintOf(sdp: string): string {
  return /^a=fingerprint:(\S+ \S+)/m.exec(sdp)?.[1]?.toUpperCase() ?? '';
}

/** M-lines of an offer that take media, by `mid`. */
export function openLines(sdp: string): Set<string> {
  const lines = sdp.split(/^m=/m).slice(1);
  const open = lines.filter((line) => !/^a=(sendonly|inactive)\s*$/m.test(line));
  return new Set(open.flatMap((line) => /^a=mid:(\S+)/m.exec(line)?.[1] ?? []));
}
