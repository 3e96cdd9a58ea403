import ClusterModel
import Replication
import Testing

@Suite struct DirtyBitmapTests {
    private func range(_ offset: UInt64, _ length: UInt64) -> ByteRange { ByteRange(offset: offset, length: length) }

    @Test func aTebibyteCosts32MebibytesOfWords() {
        let bitmap = DirtyBitmap(deviceBytes: 1 << 40)
        #expect(bitmap.words.count * 8 == 32 << 20)
        #expect(bitmap.pageCount == 8192 && bitmap.blockCount == 1 << 28)
    }

    @Test func settingTouchesEveryBlockTheRangeOverlaps() {
        var bitmap = DirtyBitmap(deviceBytes: 1 << 20)
        #expect(bitmap.set(range(4095, 2)) == 2)
        #expect(bitmap[0] && bitmap[1] && !bitmap[2])
        #expect(bitmap.set(range(8191, 1)) == 0)
        #expect(bitmap.set(range(8192, 0)) == 0)
        #expect(bitmap.setBytes == 8192)
    }

    @Test func clearingSparesBlocksThatAreNotCompletelyInside() {
        var bitmap = DirtyBitmap(deviceBytes: 1 << 20)
        bitmap.fill()
        #expect(bitmap.clear(range(1, 8191)) == 1)
        #expect(bitmap[0] && !bitmap[1] && bitmap[2])
        #expect(bitmap.clear(range(8193, 4096)) == 0)
        #expect(bitmap.clear(range(8193, 100)) == 0)
        #expect(bitmap.clear(range(16384, 0)) == 0)
    }

    @Test func aShortLastBlockCountsAsComplete() {
        var bitmap = DirtyBitmap(deviceBytes: 8192 + 512)
        bitmap.fill()
        #expect(bitmap.setCount == 3)
        #expect(bitmap.clear(range(8192, 512)) == 1)
        bitmap.fill()
        #expect(bitmap.clear(range(8192, 511)) == 0)
        #expect(bitmap.clear(range(0, 8704)) == 3)
    }

    @Test func aRangeIsClearWhenNoBlockItTouchesIsSet() {
        var bitmap = DirtyBitmap(deviceBytes: 1 << 20)
        bitmap.set(range(8192, 4096))
        #expect(bitmap.isClear(range(0, 8192)) && bitmap.isClear(range(12288, 4096)))
        #expect(
            !bitmap.isClear(range(0, 8193)) && !bitmap.isClear(range(12287, 1)) && !bitmap.isClear(range(0, 1 << 20)))
        #expect(bitmap.isClear(range(8192, 0)) && bitmap.isClear(range(1 << 20, 0)))
    }

    @Test func searchesFindTheNextBlockOrNone() {
        var bitmap = DirtyBitmap(deviceBytes: 300 * 4096)
        #expect(bitmap.nextSet(from: 0) == nil && bitmap.nextClear(from: 5) == 5)
        bitmap.set(range(70 * 4096, 200 * 4096))
        #expect(bitmap.nextSet(from: 0) == 70 && bitmap.nextSet(from: 70) == 70 && bitmap.nextSet(from: 270) == nil)
        #expect(bitmap.nextClear(from: 70) == 270 && bitmap.nextClear(from: 299) == 299)
        bitmap.fill()
        #expect(bitmap.nextClear(from: 0) == nil && bitmap.nextSet(from: 299) == 299)
        #expect(bitmap.nextSet(from: 300) == nil && bitmap.nextSet(from: .max) == nil)
    }

    @Test func whatIsStoredBeyondTheDeviceIsIgnored() {
        let stored = [UInt64](repeating: .max, count: 2048)
        let bitmap = DirtyBitmap(deviceBytes: 70 * 4096, stored: stored)
        #expect(bitmap.setCount == 70)
        #expect(bitmap.words[1] == 0x3f && bitmap.words[2...].allSatisfy { $0 == 0 })
        #expect(bitmap.changedPages.isEmpty)
        let whole = DirtyBitmap(deviceBytes: 128 << 20, stored: stored)
        #expect(whole.setCount == 32768 && whole.words.count == 512)
        #expect(DirtyBitmap(deviceBytes: 128 << 20, stored: [5]).setCount == 2)
        #expect(DirtyBitmap(deviceBytes: 0, stored: stored).setCount == 0)
    }

    @Test func mergingSetsWhatEitherSideHasSet() {
        var bitmap = DirtyBitmap(deviceBytes: 150 * 4096)
        bitmap.set(range(64 * 4096, 4096))
        #expect(bitmap.merge([3, .max, 9], at: 1) == 1 + 22)
        #expect(bitmap.words[0] == 0 && bitmap.words[1] == 3 && bitmap.words[2] == 0x3f_ffff && bitmap.words[3] == 0)
        #expect(bitmap.merge([.max], at: 3) == 0)
        #expect(bitmap.merge([.max], at: .max) == 0)
    }

    @Test func pagesRememberThatTheyChangedUntilTheyAreTaken() {
        var bitmap = DirtyBitmap(deviceBytes: 512 << 20)
        #expect(bitmap.pageCount == 4)
        bitmap.set(range((128 << 20) - 1, 2))
        bitmap.clear(range(256 << 20, 4096))
        #expect(bitmap.changedPages == [0, 1])
        let page = bitmap.takePage(1)
        #expect(page.count == 512 && page[0] == 1)
        #expect(bitmap.changedPages == [0])
        bitmap.set(range(128 << 20, 4096))
        #expect(!bitmap.isChanged(page: 1))
        bitmap.clear(range(128 << 20, 4096))
        #expect(bitmap.isChanged(page: 1))
        bitmap.fill()
        #expect(bitmap.changedPages == [0, 1, 2, 3])
    }

    @Test func anExtentIsMarkedAsFarAsTheDeviceReaches() {
        var bitmap = DirtyBitmap(deviceBytes: (4 << 20) + 4096)
        #expect(bitmap.set(extent: 1) == 1)
        #expect(bitmap.set(extent: 2) == 0)
        #expect(bitmap.set(extent: .max) == 0)
        #expect(bitmap.set(extent: 0) == 1024)
        #expect(bitmap.page(ofExtent: 31) == 0 && bitmap.page(ofExtent: 32) == nil)
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func itAgreesWithOneFlagPerBlock(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let size = UInt64.random(in: 1...(300 * 4096), using: &random)
        var bitmap = DirtyBitmap(deviceBytes: size)
        var plain = [Bool](repeating: false, count: Int(bitmap.blockCount))
        for _ in 0..<300 {
            let offset = UInt64.random(in: 0...size, using: &random)
            let span = range(offset, UInt64.random(in: 0...min(size - offset, 80 * 4096), using: &random))
            let setting = Bool.random(using: &random)
            var changes: UInt64 = 0
            for block in plain.indices {
                let start = UInt64(block) * 4096
                let extent = range(start, min(4096, size - start))
                let inside = !span.isEmpty && span.offset <= extent.offset && extent.end <= span.end
                guard setting ? extent.overlaps(span) : inside, plain[block] != setting else { continue }
                plain[block] = setting
                changes += 1
            }
            #expect((setting ? bitmap.set(span) : bitmap.clear(span)) == changes)
            #expect(bitmap.setCount == UInt64(plain.count { $0 }))
        }
        for block in plain.indices {
            #expect(bitmap[UInt64(block)] == plain[block])
            #expect(bitmap.nextSet(from: UInt64(block)) == plain[block...].firstIndex(of: true).map { UInt64($0) })
            #expect(bitmap.nextClear(from: UInt64(block)) == plain[block...].firstIndex(of: false).map { UInt64($0) })
        }
        #expect(DirtyBitmap(deviceBytes: size, stored: bitmap.words).setCount == bitmap.setCount)
    }
}
