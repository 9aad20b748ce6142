import { it } from 'vitest'
import { MemoryStore } from '../../src/store/memory/store.ts'
import { compareBackends } from './differential.ts'
import { runConformance, type OpenBackend } from './suite.ts'

const openMemory: OpenBackend = async () => {
  const store = new MemoryStore()
  return { writer: store, reader: () => store.reader(), close: () => store.close() }
}

runConformance('memory', openMemory)

it('memory answers as memory does', () =>
  compareBackends({ oracle: openMemory, backend: openMemory, cases: 5 }))
