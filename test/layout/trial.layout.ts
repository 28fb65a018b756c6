// Descriptions that between them use everything a description can say.
import {
  add,
  alignUp,
  array,
  atLeast,
  bit,
  bitAt,
  bits,
  bool8,
  both,
  bytes,
  ceilDivide,
  choice,
  either,
  enumeration,
  equals,
  field,
  framed,
  i8,
  i16,
  i32,
  i32be,
  i64,
  i64be,
  multiply,
  optional,
  parameter,
  position,
  remaining,
  reserved,
  rest,
  type StructType,
  span,
  struct,
  subtract,
  text,
  u8,
  u16,
  u16be,
  u16le,
  u32,
  u32be,
  u32le,
  u64,
  u64be,
  u64le,
  when,
  wideRest,
  wideSpan,
} from '../../src/layout/index.ts'

const SOURCE = 'made for the tests'

export const integers = struct(
  'trial-integers',
  {
    one: u8,
    two: u16,
    four: u32.asHex(),
    eight: u64.doc('eight bytes'),
    minusOne: i8,
    minusTwo: i16,
    minusFour: i32,
    minusEight: i64,
    twoLe: u16le,
    fourLe: u32le,
    eightLe: u64le,
    twoBe: u16be,
    fourBe: u32be,
    eightBe: u64be,
    minusFourBe: i32be,
    minusEightBe: i64be,
  },
  { title: 'Integers', source: SOURCE },
)

export const bigIntegers = struct(
  'trial-big-integers',
  { two: u16, four: i32, eight: u64, little: u16le },
  { title: 'Big-endian integers', source: SOURCE, byteOrder: 'big' },
)

const words = {
  byte: bits(u8, { low: span(0, 2), flag: bit(3), reserved: rest() }),
  half: bits(u16, { mode: span(0, 1, { 0: 'off', 1: 'on', 2: 'Auto' }), reserved: rest(), top: span(12, 15) }),
  full: bits(u32, { first: bit(0), middle: span(1, 30), last: bit(31) }),
  whole: bits(u32, { all: span(0, 31) }),
  wide: bits(u64, { low: span(0, 7), odd: span(20, 51), reserved: wideRest(), high: bit(63) }),
  wider: bits(u64, { tag: span(0, 3, { 5: 'five' }), address: wideSpan(4, 60), state: span(61, 63) }),
  upper: bits(u64, { lower: span(0, 31), kind: span(32, 33, { 1: 'one' }), upper: span(34, 63) }),
  through: bits(u64, { name: span(30, 33, { 9: 'nine' }), reserved: wideRest() }),
} as const

export const littleWords = struct('trial-words', words, { title: 'Words', source: SOURCE })
export const bigWords = struct('trial-big-words', words, { title: 'Big words', source: SOURCE, byteOrder: 'big' })

const leaf = struct(
  'trial-leaf',
  { number: u16, word: bits(u16, { low: span(0, 3), reserved: rest() }) },
  { title: 'Leaf in the order of what is around', source: SOURCE, byteOrder: 'parameter' },
)

/** Byte order is chosen by whoever decodes. */
export const eitherOrder = struct(
  'trial-either-order',
  {
    magic: u32.is(0x564d4947),
    word: bits(u32, { reserved: rest(), flag: bit(9), number: span(16, 27) }),
    wide: bits(u64, { number: wideSpan(0, 40), reserved: wideRest() }),
    fixed: u16be,
    leaf,
    leaves: array(leaf, 2),
    numbers: array(u32, 3),
  },
  { title: 'Either order', source: SOURCE, byteOrder: 'parameter' },
)

export const names = struct(
  'trial-names',
  {
    state: enumeration(u32, { 0: 'ERROR', 1: 'STOP', 2: 'RUNNING' }),
    level: enumeration(i8, { [-1]: 'none', 9: 'L3 root', 10: 'L4 root' }),
    yes: bool8,
    few: u8.within(1, 4, 'error'),
    many: u64.within(16, 4096),
    magic: u64.is(0x1122334455667788n),
    label: text(6),
    pad: reserved(3),
    raw: bytes(2),
    nothing: bytes(0),
  },
  { title: 'Names', source: SOURCE },
)

const pair = struct('trial-pair', { a: u8, b: u16be }, { title: 'Pair', source: SOURCE })
const empty = struct('trial-empty', {}, { title: 'Nothing', source: SOURCE })

export const fixedArrays = struct(
  'trial-fixed-arrays',
  {
    pairs: array(pair, 3),
    grid: array(array(u16, 2), 3),
    flags: array(bits(u8, { on: bit(0), reserved: rest() }), 2),
    enums: array(enumeration(u8, { 1: 'a' }), 2),
    big: array(u64, 2),
    runs: array(bytes(2), 2),
    none: array(u32, 0),
    empty,
  },
  { title: 'Arrays of fixed size', source: SOURCE },
)

export const counted = struct(
  'trial-counted',
  {
    counts: bits(u16, { pairs: span(0, 3), bitsUsed: span(4, 11), wide: bit(12), reserved: rest() }),
    small: u8,
    pairs: array(pair, field('counts.pairs')),
    bitmap: bytes(ceilDivide('counts.bitsUsed', 8)),
    padded: bytes(alignUp('small', 4)),
    name: text(subtract('small', 2)),
    wide: optional('counts.wide', u64),
    more: array(
      struct('trial-named', { length: u8, name: text('length') }, { title: 'Name', source: SOURCE }),
      'to-end',
    ),
  },
  { title: 'Counted parts', source: SOURCE },
)

/** Every operator in a length or condition. */
export const computed = struct(
  'trial-computed',
  {
    a: u8,
    b: u8,
    flags: u32,
    sum: bytes(add('a', 1)),
    product: bytes(multiply('b', 2)),
    chosen: bytes(when(equals('a', 3), 2, 5)),
    low: optional(bitAt('flags', 0), u8),
    high: optional(bitAt('flags', 31), u16),
    andPart: optional(both(bitAt('flags', 1), atLeast('a', 2)), u8),
    orPart: optional(either(bitAt('flags', 2), equals('b', 1)), u8),
    kind: optional(bitAt('flags', 3), enumeration(u8, { 1: 'short', 4: 'long' })),
    body: bytes('kind'),
    filler: bytes(subtract(alignUp(position, 8), position)),
    fill: u8,
  },
  { title: 'Computed parts', source: SOURCE },
)

/** Optional parts that the size of the input alone decides, as older and newer kernels do. */
export const growing = struct(
  'trial-growing',
  {
    first: u32,
    second: optional(atLeast(remaining, 4), u32),
    third: optional(atLeast(remaining, 8), u64),
    tail: bytes(remaining),
  },
  { title: 'Growing', source: SOURCE },
)

const point = struct('trial-point', { x: i16, y: i16 }, { title: 'Point', source: SOURCE })
const list = struct('trial-list', { count: u8, items: array(u16, 'count') }, { title: 'List', source: SOURCE })

const tlv = struct(
  'trial-tlv',
  {
    tag: u16,
    length: u16,
    body: framed('length', choice('tag', { 1: point, 2: list, 3: empty }, bytes(remaining))),
  },
  { title: 'TLV', source: SOURCE },
)

/** Type, length, value: unknown types keep their bytes. */
export const tlvList = struct('trial-tlv-list', { items: array(tlv, 'to-end') }, { title: 'TLV list', source: SOURCE })

/** Key, length, value with padding between: no unknown keys. */
export const klvList = struct(
  'trial-klv-list',
  {
    count: u16,
    items: array(
      struct(
        'trial-klv',
        {
          key: enumeration(u8, { 1: 'point', 2: 'number', 3: 'note' }),
          length: u8,
          value: framed('length', choice('key', { 1: point, 2: u32, 3: text(remaining) })),
          padding: reserved(subtract(alignUp('length', 4), 'length')),
        },
        { title: 'KLV', source: SOURCE },
      ),
      'count',
    ),
  },
  { title: 'KLV list', source: SOURCE },
)

export const tagged = struct(
  'trial-tagged',
  {
    tag: u8,
    part: choice('tag', { 0: u8, 1: u64, 2: bits(u16, { on: bit(0), reserved: rest() }), 3: array(u8, 2), 4: point }),
    wide: u64,
    other: choice('wide', { 7: point }, u16be),
  },
  { title: 'Tagged', source: SOURCE },
)

const sized = struct(
  'trial-sized',
  { kind: u8, values: array(u16, parameter('count')), end: choice(parameter('kind'), { 1: u32 }, u8) },
  {
    title: 'Sized from outside',
    source: SOURCE,
    parameters: { count: { meaning: 'how many values', default: 2 }, kind: { meaning: 'kind of the end', default: 1 } },
  },
)

export const parameters = struct(
  'trial-parameters',
  {
    count: u8,
    kind: u8,
    inner: sized.withParameters({ count: field('count'), kind: field('kind') }),
    fallback: sized,
    outer: bytes(parameter('extra')),
  },
  {
    title: 'Parameters',
    source: SOURCE,
    parameters: { extra: { meaning: 'bytes at the end', default: 3 } },
  },
)

/** References into optional and nested structures of computed size. */
export const references = struct(
  'trial-references',
  {
    flags: bits(u8, { header: bit(0), reserved: rest() }),
    header: optional(
      'flags.header',
      struct(
        'trial-header',
        {
          word: bits(u16, { length: span(0, 5), more: bit(6), reserved: rest(), kind: span(14, 15, { 1: 'one' }) }),
          wide: u64,
          note: text(2),
          extra: optional('word.more', u8),
        },
        { title: 'Header', source: SOURCE },
      ),
    ),
    data: bytes('header.word.length'),
    extra: bytes('header.extra'),
    wide: optional(equals('header.wide', 7), u8),
    one: optional(equals('header.word.kind', 1), u8),
    frame: framed(6, array(framed(3, list), 'to-end')),
    end: framed(
      remaining,
      struct('trial-end', { n: u8, rest: optional(atLeast(remaining, 2), u16) }, { title: 'End', source: SOURCE }),
    ),
  },
  { title: 'References', source: SOURCE },
)

/** Words as tags: of fixed length, of stated length, inside another structure, and absent. */
export const worded = struct(
  'trial-worded',
  {
    word: text(4).numbered({ 1: 'one', 2: 'two', 3: 'four' }),
    named: struct(
      'trial-word',
      {
        length: u8,
        word: text('length').numbered({ 5: 'five', 7: 'seven' }),
        note: optional('length', text(1).numbered({ 1: 'x' })),
      },
      { title: 'Word', source: SOURCE },
    ),
    part: choice('word', { 1: u16, 2: text(3), 3: pair }, bytes('named.length')),
    more: bytes('named.word'),
    noted: optional('named.note', u32),
  },
  { title: 'Words as tags', source: SOURCE },
)

/** A signed field as a length: damaged input may make it negative. */
export const signedLength = struct(
  'trial-signed-length',
  {
    length: i32,
    data: bytes('length'),
    count: i8,
    list: array(u16, 'count'),
    sized: array(list, 'count'),
    frame: framed('count', bytes(remaining)),
  },
  { title: 'Signed length', source: SOURCE },
)

export const trials: readonly StructType[] = [
  ...[integers, bigIntegers, littleWords, bigWords, eitherOrder, names, fixedArrays, counted, computed, growing],
  ...[tlvList, klvList, tagged, parameters, references, worded, signedLength],
] as unknown as readonly StructType[]
