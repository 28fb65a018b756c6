import { array, bit, bits, ceilDivide, field, rest, span, struct, u16, u32, when } from '../../layout/index.ts'

const vectorBits = field('capability.egressVectorBits')

/** Access Control Services, registers from +4. */
export const accessControlServices = struct(
  'pci-ecap-acs',
  {
    capability: bits(u16, {
      sourceValidation: bit(0),
      translationBlocking: bit(1),
      requestRedirect: bit(2),
      completionRedirect: bit(3),
      upstreamForwarding: bit(4),
      egressControl: bit(5),
      directTranslated: bit(6),
      enhanced: bit(7).doc('the control bits from 7 up are there'),
      egressVectorBits: span(8, 15).doc('bits of the egress control vector; 0 is 256'),
    }),
    control: bits(u16, {
      sourceValidation: bit(0),
      translationBlocking: bit(1),
      requestRedirect: bit(2),
      completionRedirect: bit(3),
      upstreamForwarding: bit(4),
      egressControl: bit(5),
      directTranslated: bit(6),
      ioRequestBlocking: bit(7),
      downstreamTargetAccess: span(8, 9, { 0: 'direct', 1: 'block', 2: 'redirect' }),
      upstreamTargetAccess: span(10, 11, { 0: 'direct', 1: 'block', 2: 'redirect' }),
      unclaimedRequestRedirect: bit(12),
      reserved: rest(),
    }),
    egressControlVector: array(
      u32.asHex(),
      when(field('capability.egressControl'), ceilDivide(when(vectorBits, vectorBits, 256), 32), 0),
    ).doc('bit n: requests to port or function n are blocked or redirected; only with egressControl'),
  },
  { title: 'Access Control Services', source: 'PCI Express Base, ACS; linux/pci_regs.h PCI_ACS_*' },
)
