import type { DesignName } from '../../protocol/index.ts'
import { bridge } from './bridge.ts'
import { fakedCapability } from './faked-capability.ts'
import type { Recipe } from './recipe.ts'
import { selfEmulation } from './self-emulation.ts'

export type { Recipe } from './recipe.ts'

export const recipes = {
  'faked-capability': fakedCapability,
  bridge,
  'self-emulation': selfEmulation,
} as unknown as Readonly<Record<DesignName, Recipe>>
