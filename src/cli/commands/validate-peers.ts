import type { VfioUserDirection } from '../../vfio/index.ts'
import type { Task } from './validate-file.ts'

// Names of files that hold one direction of a connection: NAME.c2s.EXT and NAME.s2c.EXT belong together.

const NAME = /^(.*[^/\\])\.(c2s|s2c)\.([^/\\]+)$/s
const OTHER = { c2s: 's2c', s2c: 'c2s' } as const

/** Which way the messages in a file of this name go; undefined where the name does not say. */
export function directionOf(path: string): VfioUserDirection | undefined {
  const [, , way] = NAME.exec(path) ?? []
  if (way === undefined) return undefined
  return way === 'c2s' ? 'client-to-server' : 'server-to-client'
}

/** The tasks, each direction of a connection with the path of the other where both are among them. */
export function withPeers(tasks: readonly Task[]): Task[] {
  const paths = new Set(tasks.map(({ path }) => path))
  return tasks.map((task) => {
    const peer = peerOf(task.path)
    return peer !== undefined && paths.has(peer) ? { ...task, peer } : task
  })
}

function peerOf(path: string): string | undefined {
  const [, name, way, extension] = NAME.exec(path) ?? []
  return way === undefined ? undefined : `${name}.${OTHER[way as keyof typeof OTHER]}.${extension}`
}
