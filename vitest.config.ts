import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'apps/*/src/**/*.test.ts',
      'test/**/*.test.ts',
      'bench/**/*.test.js',
    ],
    // A process for each test file: tests start worker threads, set V8 flags and reserve gigabytes
    // of address space, and none of that may leak into the next file.
    pool: 'forks',
    maxWorkers: 2,
    // Only what hangs is to be ended: a crowded machine takes ten times as long as a quiet one.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // Built packages are run by Node itself, as their users run them.
    server: { deps: { external: [/\/(packages|apps)\/[^/]+\/dist\//] } },
  },
});
