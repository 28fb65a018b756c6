import { array, bit, bits, bytes, ceilDivide, remaining, reserved, struct, u8, u16, u32 } from '../../layout/index.ts'

const MIGRATION = 'drivers/net/ethernet/intel/ice/virt/migration.c'
const atMost = (what: string) =>
  `The destination driver sets its VF up for as many ${what} as the source had, and fails where it cannot (EINVAL or the error of the setting): ${MIGRATION}, ice_migration_load_vf_info.`

const support = (of: string) => ({
  outer: u32.asHex().doc(`${of} of outer tags, VIRTCHNL_VLAN_* bits`),
  inner: u32.asHex().doc(`${of} of inner tags`),
})
const VIRTCHNL = 'linux include/linux/avf/virtchnl.h'

const vlanCaps = struct(
  'ice-vlan-caps',
  {
    filtering: struct(
      'ice-vlan-filtering-caps',
      { ...support('filtering'), ethertypeInit: u32.asHex(), maxFilters: u16, padding: reserved(2) },
      { title: 'VLAN filtering capabilities', source: `${VIRTCHNL}, struct virtchnl_vlan_filtering_caps` },
    ),
    stripping: struct('ice-vlan-stripping', support('stripping'), { title: 'VLAN stripping', source: VIRTCHNL }),
    insertion: struct('ice-vlan-insertion', support('insertion'), { title: 'VLAN insertion', source: VIRTCHNL }),
    ethertypeInit: u32.asHex(),
    ethertypeMatch: u8,
    padding: reserved(3),
  },
  { title: 'VLAN capabilities of a VF', source: `${VIRTCHNL}, struct virtchnl_vlan_caps` },
)

/** What the PF knows of its VF. */
export const iceVfInfo = struct(
  'ice-vf-info',
  {
    devLanAddr: bytes(6).doc('MAC address that the VF uses'),
    hwLanAddr: bytes(6).doc('MAC address that the PF gave it'),
    driverCaps: u32.asHex().doc('VIRTCHNL_VF_OFFLOAD_* bits that the VF driver has asked for'),
    vlanCaps,
    majorVersion: u32.doc('of virtchnl, as the VF driver has it'),
    minorVersion: u32,
    minTxRate: u32.doc('Mbit/s; 0: no limit'),
    maxTxRate: u32.doc('Mbit/s; 0: no limit'),
    virtchnlOpMax: u32.doc('bits of the allow-list'),
    numVfQs: u16.doc('queue pairs').agrees('at-most', atMost('queues')),
    numMsix: u16.doc('MSI-X vectors').agrees('at-most', atMost('MSI-X vectors')),
    portVlanTpid: u16.asHex(),
    portVlanVid: u16,
    portVlanPrio: u8,
    state: bits(u8, {
      innerVlanStrip: bit(0),
      outerVlanStrip: bit(1),
      pfSetMac: bit(2).doc('the administrator of the host has set the MAC address'),
      trusted: bit(3),
      spoofCheck: bit(4),
      driverActive: bit(5).doc('the VF driver has set itself up over virtchnl'),
      linkForced: bit(6),
      linkUp: bit(7).doc('only where the link is forced'),
    }),
    opcodesAllowlist: array(u32.asHex(), ceilDivide('virtchnlOpMax', 32)).doc('a bit a virtchnl opcode, lowest first'),
    padding: reserved(remaining),
  },
  {
    title: 'General configuration of an ice VF',
    source: 'Jacob Keller, ice: add support for live migration, 2025 (not merged), struct ice_mig_vf_info',
    evidence: 'derived',
  },
)
