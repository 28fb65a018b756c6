import { struct, text, u8, u32 } from '../../layout/index.ts'

/** What stands before the fields of a subsection. The byte also tells that there is one: fields have no end mark. */
export const subsectionHeader = struct(
  'qemu-subsection-header',
  {
    marker: u8.is(5).doc('QEMU_VM_SUBSECTION'),
    nameLength: u8,
    name: text('nameLength').doc('name of the structure around it, a slash, and its own'),
    version: u32,
  },
  {
    title: 'Header of a vmstate subsection',
    source: 'QEMU migration/vmstate.c, vmstate_subsection_save',
    byteOrder: 'big',
  },
)
