# language: id
Fitur: sendgroup
  TUJUAN: Mengirim pesan kepada sebuah grup yang berisi beberapa user
  PARAMETER1: id dari group
  PARAMETER2: pesan
  BERHASIL: status: OK, data: informasi bahwa pesan sudah terkirim kepada daftar user dalam grup
  GAGAL: status: ERROR, data: pesan kesalahan

  @SENDGROUP-1
  Aturan: `sendgroup` kepada grup menghasilkan OK dan informasi bahwa pesan sudah terkirim
    Skenario: anggota mengirim ke grupnya
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Dan grup "kelas" buatan "budi" berisi "siti", "budi" dan "tono"
      Ketika "budi" mengirim pesan "halo semua" ke grup "kelas"
      Maka hasilnya OK dengan data yang terisi

  @SENDGROUP-2
  Aturan: `sendgroup` dengan parameter yang kurang adalah ERROR
    Garis-Besar Skenario: <yang kurang>
      Dengan user "budi" dan "siti" sudah masuk
      Dan user "agus" sudah terdaftar
      Dan grup "kelas" buatan "budi" berisi "siti", "budi" dan "agus"
      Ketika "budi" mengirim request: <request>
      Maka hasilnya ERROR

      Contoh:
        | yang kurang     | request                |
        | tanpa parameter | sendgroup              |
        | tanpa pesan     | sendgroup {grup kelas} |

  @SENDGROUP-3
  Aturan: `sendgroup` sebelum `auth` adalah ERROR
    Skenario: tamu tidak dapat mengirim ke grup
      Dengan user "budi" dan "siti" sudah masuk
      Dan user "agus" sudah terdaftar
      Dan grup "kelas" buatan "budi" berisi "siti", "budi" dan "agus"
      Dan "tamu" terkoneksi tanpa masuk
      Ketika "tamu" mengirim pesan "halo semua" ke grup "kelas"
      Maka hasilnya ERROR
      Dan inbox "siti" tidak memuat pesan itu

  @SENDGROUP-4
  Aturan: Setiap anggota menerima pesan
    Skenario: semua anggota membaca pesannya
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Dan grup "kelas" buatan "budi" berisi "siti", "budi" dan "tono"
      Ketika "budi" mengirim pesan "halo semua" ke grup "kelas"
      Maka hasilnya OK
      Dan inbox "siti" memuat pesan itu
      Dan inbox "tono" memuat pesan itu

    Skenario: beberapa pesan ke grup yang sama
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Dan grup "kelas" buatan "budi" berisi "siti", "budi" dan "tono"
      Ketika "budi" mengirim ke grup "kelas" pesan-pesan:
        | yang pertama |
        | yang kedua   |
        | yang ketiga  |
      Maka inbox "siti" dan "tono" memuat pesan itu

    Skenario: grup yang lebih besar
      Dengan user "budi", "siti", "tono", "wati", "agus", "dewi", "joko" dan "lina" sudah masuk
      Dan grup "kelas" buatan "budi" berisi "siti", "tono", "budi", "wati", "agus", "dewi", "joko" dan "lina"
      Ketika "budi" mengirim pesan "halo semua" ke grup "kelas"
      Maka inbox "siti", "tono", "wati", "agus", "dewi", "joko" dan "lina" memuat pesan itu

    Skenario: anggota yang tidak sedang terkoneksi
      Dengan user "budi" sudah masuk
      Dan user "siti" sudah terdaftar
      Dan user "agus" sudah terdaftar
      Dan grup "kelas" buatan "budi" berisi "budi", "siti" dan "agus"
      Ketika "budi" mengirim pesan "untuk nanti" ke grup "kelas"
      Dan "siti" masuk
      Maka inbox "siti" memuat pesan itu

    Skenario: anggota yang keluar lalu masuk lagi tetap anggota
      Dengan user "budi" dan "siti" sudah masuk
      Dan user "agus" sudah terdaftar
      Dan grup "kelas" buatan "budi" berisi "budi", "siti" dan "agus"
      Ketika "siti" keluar
      Dan "siti" masuk
      Dan "budi" mengirim pesan "masih anggota" ke grup "kelas"
      Maka inbox "siti" memuat pesan itu

    Skenario: anggota yang koneksinya putus tetap anggota
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Dan grup "kelas" buatan "budi" berisi "siti", "budi" dan "tono"
      Ketika "siti" memutus koneksi
      Dan "budi" mengirim pesan "masih anggota" ke grup "kelas"
      Dan "siti" masuk
      Tetapi jika permintaan itu ditolak, skenario ini selesai
      Maka inbox "siti" memuat pesan itu

    Skenario: yang sudah mengirim tetap anggota
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Dan grup "kelas" buatan "budi" berisi "siti", "budi" dan "tono"
      Ketika "siti" mengirim pesan "dari siti" ke grup "kelas"
      Dan "tono" mengirim pesan "dari tono" ke grup "kelas"
      Tetapi jika permintaan itu ditolak, skenario ini selesai
      Maka inbox "siti" memuat pesan itu

    Skenario: pesan dari anggota yang bukan pembuatnya
      Dengan user "budi", "siti", "tono" dan "wati" sudah masuk
      Dan grup "kelas" buatan "budi" berisi "siti", "budi", "tono" dan "wati"
      Ketika "tono" mengirim pesan "dari tono" ke grup "kelas"
      Tetapi jika permintaan itu ditolak, skenario ini selesai
      Maka inbox "siti" dan "wati" memuat pesan itu

    Skenario: file yang dikirim ke grup tidak mengubah anggotanya
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Tetapi jika tidak ada file milik server yang diketahui, skenario ini selesai
      Dengan grup "kelas" buatan "budi" berisi "siti", "budi" dan "tono"
      Ketika "budi" mengirim file itu ke grup "kelas"
      Dan "budi" mengirim pesan "setelah file" ke grup "kelas"
      Maka inbox "siti" dan "tono" memuat pesan itu

    Skenario: yang sudah mengirim file pun tetap anggota
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Tetapi jika tidak ada file milik server yang diketahui, skenario ini selesai
      Dengan grup "kelas" buatan "budi" berisi "siti", "budi" dan "tono"
      Ketika "siti" mengirim file itu ke grup "kelas"
      Dan "tono" mengirim pesan "dari tono" ke grup "kelas"
      Tetapi jika permintaan itu ditolak, skenario ini selesai
      Maka inbox "siti" memuat pesan itu

    Skenario: anggota dua grup menerima pesan dari keduanya
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Dan grup "kelas" buatan "budi" berisi "siti", "budi" dan "tono"
      Dan grup "klub" buatan "budi" berisi "budi", "tono" dan "siti"
      Ketika "budi" mengirim pesan "untuk kelas" ke grup "kelas"
      Maka inbox "siti" memuat pesan itu
      Dan inbox "tono" memuat pesan itu
      Ketika "budi" mengirim pesan "untuk klub" ke grup "klub"
      Maka inbox "siti" memuat pesan itu
      Dan inbox "tono" memuat pesan itu

    Skenario: grup dengan dua belas anggota
      Dengan user "budi" sudah masuk
      Ketika "budi" membuat grup "kelas" berisi "budi" dan sebelas user lain
      Tetapi jika permintaan itu ditolak, skenario ini selesai
      Ketika "budi" mengirim pesan "halo semua" ke grup "kelas"
      Maka inbox sebelas user lain itu memuat pesan itu

  @SENDGROUP-5
  Aturan: User di luar grup tidak menerima pesan
    Skenario: user di luar grup
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Dan user "agus" sudah terdaftar
      Dan grup "kelas" buatan "budi" berisi "siti", "budi" dan "agus"
      Ketika "budi" mengirim pesan "khusus kelas" ke grup "kelas"
      Maka inbox "siti" memuat pesan itu
      Dan inbox "tono" tidak memuat pesan itu

    Skenario: anggota grup yang lain
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Dan user "agus" sudah terdaftar
      Dan grup "kelas" buatan "budi" berisi "siti", "budi" dan "agus"
      Dan grup "klub" buatan "budi" berisi "tono", "budi" dan "agus"
      Ketika "budi" mengirim pesan "khusus kelas" ke grup "kelas"
      Maka inbox "siti" memuat pesan itu
      Dan inbox "tono" tidak memuat pesan itu

    Skenario: grup yang berbagi anggota
      Dengan user "budi", "siti", "tono" dan "wati" sudah masuk
      Dan grup "kelas" buatan "budi" berisi "siti", "budi" dan "wati"
      Dan grup "klub" buatan "budi" berisi "tono", "budi" dan "wati"
      Ketika "budi" mengirim pesan "khusus klub" ke grup "klub"
      Maka inbox "wati" memuat pesan itu
      Dan inbox "siti" tidak memuat pesan itu
      Ketika "budi" mengirim pesan "khusus kelas" ke grup "kelas"
      Maka inbox "wati" memuat pesan itu
      Dan inbox "tono" tidak memuat pesan itu

    Skenario: user dengan nama yang mirip nama seorang anggota
      Dengan user "budi" sudah masuk
      Dan user "siti" dan "sitinur" sudah masuk, nama yang kedua diawali nama yang pertama
      Dan user "agus" sudah terdaftar
      Dan grup "kelas" buatan "budi" berisi "siti", "budi" dan "agus"
      Ketika "budi" mengirim pesan "khusus kelas" ke grup "kelas"
      Maka inbox "siti" memuat pesan itu
      Dan inbox "sitinur" tidak memuat pesan itu

    Skenario: user yang namanya menjadi awal nama seorang anggota
      Dengan user "budi" sudah masuk
      Dan user "siti" dan "sitinur" sudah masuk, nama yang kedua diawali nama yang pertama
      Dan user "agus" sudah terdaftar
      Dan grup "kelas" buatan "budi" berisi "sitinur", "budi" dan "agus"
      Ketika "budi" mengirim pesan "khusus kelas" ke grup "kelas"
      Maka inbox "sitinur" memuat pesan itu
      Dan inbox "siti" tidak memuat pesan itu

    Skenario: user di luar grup yang pernah mengirim ke sana
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Dan user "agus" sudah terdaftar
      Dan grup "kelas" buatan "budi" berisi "siti", "budi" dan "agus"
      Ketika "tono" mengirim pesan "dari luar" ke grup "kelas"
      Dan "budi" mengirim pesan "khusus kelas" ke grup "kelas"
      Maka inbox "siti" memuat pesan itu
      Dan inbox "tono" tidak memuat pesan itu

  @SENDGROUP-6
  Aturan: Grup yang tidak dikenal adalah ERROR
    Garis-Besar Skenario: id grup <bentuk>
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Dan grup "kelas" buatan "budi" berisi "siti", "budi" dan "tono"
      Ketika "budi" mengirim request: sendgroup {<tempat>} halo semua
      Maka hasilnya ERROR

      Contoh:
        | bentuk                | tempat            |
        | tanpa huruf terakhir  | awal-grup kelas   |
        | dengan huruf tambahan | lanjut-grup kelas |

    Skenario: grup yang tidak pernah dibuat
      Dengan user "budi" sudah masuk
      Ketika "budi" mengirim pesan "halo semua" ke grup "entah"
      Maka hasilnya ERROR

    Skenario: nama bawaan bahasa pemrograman
      Dengan user "budi" sudah masuk
      Ketika "budi" mengirim request: sendgroup constructor halo semua
      Maka hasilnya ERROR

    Skenario: pesan ke grup yang tidak dikenal tidak sampai di grup lain
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Dan grup "kelas" buatan "budi" berisi "siti", "budi" dan "tono"
      Ketika "budi" mengirim pesan lain ke grup "kelas"
      Dan "budi" mengirim pesan "halo semua" ke grup "entah"
      Maka hasilnya ERROR
      Dan inbox "siti" tidak memuat pesan itu

  @SENDGROUP-7
  Aturan: Pesan sampai utuh pada setiap anggota
    Garis-Besar Skenario: <jenis>
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Dan grup "kelas" buatan "budi" berisi "siti", "budi" dan "tono"
      Ketika "budi" mengirim pesan "<isi>" ke grup "kelas"
      Maka inbox "siti" memuat pesan itu dengan utuh
      Dan inbox "tono" memuat pesan itu dengan utuh

      Contoh:
        | jenis         | isi                                       |
        | satu kata     | {kata}                                    |
        | beberapa kata | besok kita libur, sampai jumpa hari senin |
        | tanda kutip   | katanya 'libur', lalu pergi \\o/          |
        | aksara lain   | Привет 你好 é 😀                          |

    Skenario: spasi ganda, bila pesan langsung pun menjaganya
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Dan grup "kelas" buatan "budi" berisi "siti", "budi" dan "tono"
      Ketika "budi" mengirim kepada "tono" pesan: jarak  dua   tiga
      Tetapi jika pesan itu tidak sampai dengan utuh di inbox "tono", skenario ini selesai
      Ketika "budi" mengirim pesan "jarak  dua   tiga" ke grup "kelas"
      Maka inbox "siti" memuat pesan itu dengan utuh

    Skenario: pesan yang panjang
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Dan grup "kelas" buatan "budi" berisi "siti", "budi" dan "tono"
      Ketika "budi" mengirim pesan yang panjang ke grup "kelas"
      Maka inbox "siti" memuat pesan itu dengan utuh
      Dan inbox "tono" memuat pesan itu dengan utuh

    Skenario: pesan yang sangat panjang ditolak, atau sampai utuh
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Dan grup "kelas" buatan "budi" berisi "siti", "budi" dan "tono"
      Ketika "budi" mengirim pesan yang sangat panjang ke grup "kelas"
      Tetapi jika permintaan itu ditolak, skenario ini selesai
      Maka inbox "siti" memuat pesan itu dengan utuh
      Dan inbox "tono" memuat pesan itu dengan utuh

  @SENDGROUP-8
  Aturan: Setiap anggota menerima pesan tepat satu kali
    Skenario: satu pesan, satu kali bagi setiap anggota
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Dan grup "kelas" buatan "budi" berisi "siti", "budi" dan "tono"
      Ketika "budi" mengirim pesan "sekali saja" ke grup "kelas"
      Maka inbox "siti" memuat pesan itu tepat satu kali
      Dan inbox "tono" memuat pesan itu tepat satu kali

    Skenario: tiga pesan, masing-masing satu kali
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Dan grup "kelas" buatan "budi" berisi "siti", "budi" dan "tono"
      Ketika "budi" mengirim ke grup "kelas" pesan-pesan:
        | yang pertama |
        | yang kedua   |
        | yang ketiga  |
      Maka inbox "siti" memuat setiap pesan itu tepat satu kali

    Skenario: anggota dua grup menerima pesan sebuah grup satu kali
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Dan grup "kelas" buatan "budi" berisi "siti", "budi" dan "tono"
      Dan grup "klub" buatan "budi" berisi "budi", "tono" dan "siti"
      Ketika "budi" mengirim pesan "sekali saja" ke grup "kelas"
      Maka inbox "siti" memuat pesan itu tepat satu kali

    Skenario: dua pesan dengan isi yang sama
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Dan grup "kelas" buatan "budi" berisi "siti", "budi" dan "tono"
      Ketika "budi" mengirim ke grup "kelas" dua kali pesan: sudah sampai?
      Maka inbox "siti" memuat pesan itu dua kali

  @SENDGROUP-9
  Aturan: `data` menyebut nama anggota
    Skenario: result menyebut para penerima
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Dan grup "kelas" buatan "budi" berisi "siti", "budi" dan "tono"
      Ketika "budi" mengirim pesan "halo semua" ke grup "kelas"
      Maka hasilnya OK
      Dan datanya menyebut "siti" dan "tono"
