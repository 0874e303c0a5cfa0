declare module 'write-file-atomic' {
  /** Writes to a file beside the target, syncs it, and renames it into place. */
  const writeFileAtomic: {
    sync(path: string, data: string | Uint8Array): void;
  };
  export default writeFileAtomic;
}
