import { defineConfig } from 'vitest/config'

/** One configuration for every workspace; the tests stand beside their source. */
export default defineConfig({
  resolve: { conditions: ['source'] },
  test: {
    include: [
      'collector/{src,test,bench}/**/*.test.ts',
      'agent/{src,test}/**/*.test.ts',
      'ui/{src,test}/**/*.test.{ts,tsx}',
      'examples/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', '**/dist/**'],
    // better-sqlite3 keeps one connection a thread; separate processes also let a test be killed whole.
    pool: 'forks',
    // Threads that strip types call WebAssembly a thousand times, whereupon V8 compiles what it calls anew; while
    // another thread of the process ends, Node 24 may then crash (WasmCode::DecrementRefCount, seen in its core).
    execArgv: ['--wasm-wrapper-tiering-budget=2000000000'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // What is waited for is a condition: a busy machine may take its time.
    expect: { poll: { timeout: 15_000 } },
  },
})
