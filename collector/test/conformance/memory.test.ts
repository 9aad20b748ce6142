import { MemoryStore } from '../../src/store/memory/store.ts'
import { runConformance } from './suite.ts'

runConformance('memory', async () => {
  const store = new MemoryStore()
  return { writer: store, reader: () => store.reader(), close: () => store.close() }
})
