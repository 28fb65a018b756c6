import type { AnyType, SpanType, StructType } from './types.ts'

/**
 * How sure a fact is: read in its source, computed from such facts, remembered from a source that is lost, or not history
 * at all but a reasoned design, offered where the sources are silent.
 */
export type Evidence = 'verified' | 'derived' | 'recalled' | 'proposed'

/** A part of a structure and how sure its facts are. */
export interface PartEvidence {
  /** Names from the structure down, such as `entries[].control.enable`. */
  readonly path: string
  /** One line, empty where the name says it all. */
  readonly meaning: string
  readonly evidence: Evidence
}

/** How sure the facts of a structure are as a whole. */
export function evidenceOf(type: StructType): Evidence {
  return type.facts.evidence ?? 'verified'
}

/** Every field and bit field of a structure, those of the structures inside it included, with its evidence class. */
export function evidenceOfParts(type: StructType): PartEvidence[] {
  const parts: PartEvidence[] = []
  addFields(type, '', evidenceOf(type), parts)
  return parts
}

function addFields(type: StructType, prefix: string, around: Evidence, parts: PartEvidence[]): void {
  for (const [name, field] of Object.entries(type.fields)) {
    const evidence = field.evidence ?? around
    parts.push({ path: prefix + name, meaning: field.meaning, evidence })
    addInside(field, prefix + name, evidence, parts)
  }
}

function addInside(type: AnyType, path: string, around: Evidence, parts: PartEvidence[]): void {
  switch (type.kind) {
    case 'struct':
      return addFields(type, `${path}.`, type.facts.evidence ?? around, parts)
    case 'array':
      return addInside(type.element, `${path}[]`, type.element.evidence ?? around, parts)
    case 'framed':
    case 'optional':
      return addInside(type.inner, path, type.inner.evidence ?? around, parts)
    case 'choice':
      for (const inner of [...Object.values(type.cases), type.otherwise]) {
        if (inner !== undefined) addInside(inner, path, inner.evidence ?? around, parts)
      }
      return
    case 'bits':
      for (const [name, { meaning, evidence = around }] of Object.entries<SpanType>(type.members)) {
        parts.push({ path: `${path}.${name}`, meaning, evidence })
      }
  }
}
