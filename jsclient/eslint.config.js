import tseslint from 'typescript-eslint';

export default tseslint.config(
  {ignores: ['dist/', 'node_modules/', 'coverage/']},
  ...tseslint.configs.recommended,
  {
    rules: {
      // A statement like `worker && worker.stop()` hides a branch.
      '@typescript-eslint/no-unused-expressions': 'error',
      'prefer-const': 'error',
      'no-restricted-globals': ['error', 'unload', 'beforeunload'],
    },
  },
);
