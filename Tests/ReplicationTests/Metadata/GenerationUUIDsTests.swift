import Replication
import Testing

@Suite struct GenerationUUIDsTests {
    private func uuid(_ number: UInt64) -> GenerationUUID { GenerationUUID(rawValue: number) }

    @Test func bitZeroIsNotPartOfTheName() {
        #expect(uuid(0x10).matches(uuid(0x11)))
        #expect(!uuid(0x10).matches(uuid(0x12)))
        #expect(uuid(0x11).wasPrimary && !uuid(0x10).wasPrimary)
        #expect(uuid(0x10) != uuid(0x11))
    }

    @Test func aLoneBitZeroNamesNoGeneration() {
        #expect(!uuid(0).isSome && !uuid(1).isSome && uuid(2).isSome)
    }

    @Test(arguments: [0, 1, 4, 5, 7] as [UInt64])
    func aFreshGenerationIsNeverOneWithAMeaning(random: UInt64) {
        let fresh = GenerationUUID.fresh(random: random)
        #expect(fresh.isSome && !fresh.matches(.justCreated))
    }

    @Test func aNewCurrentGenerationMakesTheOldOneTheBitmaps() {
        var generations = GenerationUUIDs(current: uuid(0x100), historyStart: uuid(0x30), historyEnd: uuid(0x40))
        generations.newCurrent(random: 0xabcd0, role: .primary)
        let expected = GenerationUUIDs(
            current: uuid(0xabcd1), bitmap: uuid(0x100), historyStart: uuid(0x30), historyEnd: uuid(0x40))
        #expect(generations == expected)
    }

    @Test func aNewCurrentGenerationOfASecondaryHasBitZeroClear() {
        var generations = GenerationUUIDs(current: uuid(0x101))
        generations.newCurrent(random: 0xabcd1, role: .secondary)
        #expect(generations == GenerationUUIDs(current: uuid(0xabcd0), bitmap: uuid(0x101)))
    }

    @Test func aForcedNewCurrentGenerationOverwritesTheBitmaps() {
        var generations = GenerationUUIDs(current: uuid(0x100), bitmap: uuid(0x20), historyStart: uuid(0x30))
        generations.newCurrent(random: 0xabcd0, role: .secondary)
        let expected = GenerationUUIDs(current: uuid(0xabcd0), bitmap: uuid(0x100), historyStart: uuid(0x30))
        #expect(generations == expected)
    }

    @Test func settingTheBitmapsGenerationPushesAFormerOneIntoTheHistory() {
        var generations = GenerationUUIDs(
            current: uuid(0x10), bitmap: uuid(0x21), historyStart: uuid(0x30), historyEnd: uuid(0x40))
        generations.setBitmap(uuid(0x50))
        let expected = GenerationUUIDs(
            current: uuid(0x10), bitmap: uuid(0x50), historyStart: uuid(0x21), historyEnd: uuid(0x30))
        #expect(generations == expected)
    }

    @Test func settingTheBitmapsGenerationWhereThereWasNoneLeavesTheHistoryAlone() {
        var generations = GenerationUUIDs(current: uuid(0x10), historyStart: uuid(0x30), historyEnd: uuid(0x40))
        generations.setBitmap(uuid(0x50))
        #expect(generations.historyStart == uuid(0x30) && generations.historyEnd == uuid(0x40))
        #expect(generations.bitmap == uuid(0x50))
    }

    @Test func clearingTheBitmapsGenerationRetiresItOnce() {
        var generations = GenerationUUIDs(current: uuid(0x10), bitmap: uuid(0x20), historyStart: uuid(0x30))
        generations.clearBitmap()
        let expected = GenerationUUIDs(current: uuid(0x10), historyStart: uuid(0x20), historyEnd: uuid(0x30))
        #expect(generations == expected)
        generations.clearBitmap()
        #expect(generations == expected)
    }

    @Test(arguments: [(Role.primary, 0x77), (.secondary, 0x76), (.unknown, 0x76)] as [(Role, UInt64)])
    func settingTheCurrentGenerationReplacesBitZeroByTheOwnRole(role: Role, expected: UInt64) {
        for given in [0x76, 0x77] as [UInt64] {
            var generations = GenerationUUIDs(current: uuid(0x10), bitmap: uuid(0x20))
            generations.setCurrent(uuid(given), role: role)
            #expect(generations == GenerationUUIDs(current: uuid(expected), bitmap: uuid(0x20)))
        }
    }

    @Test func generationsArePrintedAsDrbdmetaDoes() {
        #expect("\(uuid(0xa1b2))" == "000000000000A1B2")
        let created = "0000000000000004:0000000000000000:0000000000000000:0000000000000000"
        #expect("\(GenerationUUIDs.justCreated)" == created)
    }
}
