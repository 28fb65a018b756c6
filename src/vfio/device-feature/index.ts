export { featureCodes } from './codes.ts'
export { FEATURE_HEAD, FEATURES, type FeatureName, featureDataSize, featurePayloads } from './device-feature.layout.ts'
export { type DeviceFeature, deviceFeatureCodec, deviceFeatureFormat } from './format.ts'
export { featureOperations } from './operations.ts'
