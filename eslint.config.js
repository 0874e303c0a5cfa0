import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** What each package may import of the others: kernels <- core <- nn, data <- runtime <- apps. */
const allowedImports = {
  kernels: [],
  core: ['kernels'],
  nn: ['kernels', 'core'],
  data: ['kernels', 'core'],
  runtime: ['kernels', 'core', 'nn', 'data'],
};

const throughTheFrontDoor = [
  {
    regex: '^@dltrain/[^/]+/|^dltrain/',
    message: 'Import from the package itself: what its index does not export is private.',
  },
  {
    regex: '^\\.\\.?/(.*/)?(packages|apps|dist)/|^(\\.\\./)+[^.].*/src/',
    message: 'Import other packages by their names.',
  },
];

/**
 * @param {{ regex: string, message: string }[]} patterns
 * @returns {import('eslint').Linter.RulesRecord}
 */
function restrictImports(patterns) {
  return { 'no-restricted-imports': ['error', { patterns }] };
}

const oneWay = Object.entries(allowedImports).map(([name, allowed]) => ({
  files: [`packages/${name}/**`],
  rules: restrictImports([
    ...throughTheFrontDoor,
    {
      regex: `^dltrain$|^@dltrain/(?!(${['-', ...allowed].join('|')})$)`,
      message: 'Imports go one way: kernels <- core <- nn, data <- runtime <- apps.',
    },
  ]),
}));

export default defineConfig(
  globalIgnores(['**/dist/', '**/node_modules/', '.cache/', 'coverage/', 'runs/', '**/assembly/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts', '**/*.js', '**/*.mjs'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      'no-empty': 'error',
      ...restrictImports(throughTheFrontDoor),
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // Objects of one shape are interchangeable in TypeScript, and are here.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
    },
  },
  // In JavaScript a cast is a comment, which these rules do not see; the compiler does.
  {
    files: ['**/*.js', '**/*.mjs'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  // Examples and benchmarks talk to the person who started them.
  { files: ['examples/**', 'bench/**'], rules: { 'no-console': 'off' } },
  ...oneWay,
  // What runs after the compiler reads what it made.
  { files: ['**/scripts/**'], rules: { 'no-restricted-imports': 'off' } },
);
