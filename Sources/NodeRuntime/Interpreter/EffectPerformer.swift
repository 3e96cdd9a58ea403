import NodeCore

/// Carries out one effect of the brain. It may answer at once or later, always by posting an event.
package protocol EffectPerformer: AnyObject {
    func perform(_ effect: NodeEffect)
}
