# language: id
Fitur: sendfilegroup
  TUJUAN: Mengirim file pada sebuah grup
  PARAMETER1: id grup
  PARAMETER2: nama file
  BERHASIL: status: OK, data: pesan file sudah terkirim
  GAGAL: status: ERROR, data: pesan kesalahan

  @SENDFILEGROUP-1
  Aturan: File yang dimiliki server dapat dikirim ke grup: OK dan pesan
    Skenario: mengirim file yang ada ke grup
      Dengan server memiliki sebuah file
      Dan user "budi", "siti" dan "tono" sudah masuk
      Dan grup "kelas" buatan "budi" berisi "siti", "budi" dan "tono"
      Ketika "budi" mengirim file itu ke grup "kelas"
      Maka hasilnya OK dengan data yang terisi

  @SENDFILEGROUP-2
  Aturan: `sendfilegroup` dengan parameter yang kurang adalah ERROR
    Garis-Besar Skenario: <yang kurang>
      Dengan user "budi" dan "siti" sudah masuk
      Dan user "agus" sudah terdaftar
      Dan grup "kelas" buatan "budi" berisi "siti", "budi" dan "agus"
      Ketika "budi" mengirim request: <request>
      Maka hasilnya ERROR

      Contoh:
        | yang kurang     | request                    |
        | tanpa parameter | sendfilegroup              |
        | tanpa nama file | sendfilegroup {grup kelas} |

  @SENDFILEGROUP-3
  Aturan: `sendfilegroup` sebelum `auth` adalah ERROR
    Skenario: tamu tidak dapat mengirim file ke grup
      Dengan server memiliki sebuah file
      Dan user "budi", "siti" dan "agus" sudah masuk
      Dan grup "kelas" buatan "budi" berisi "siti", "budi" dan "agus"
      Dan "tamu" terkoneksi tanpa masuk
      Ketika "tamu" mengirim file itu ke grup "kelas"
      Maka hasilnya ERROR
      Dan inbox "siti" tidak menyebut file itu

  @SENDFILEGROUP-4
  Aturan: Kotak masuk setiap anggota menyebut nama file
    Skenario: semua anggota melihat nama file
      Dengan server memiliki sebuah file
      Dan user "budi", "siti" dan "tono" sudah masuk
      Dan grup "kelas" buatan "budi" berisi "siti", "budi" dan "tono"
      Ketika "budi" mengirim file itu ke grup "kelas"
      Maka hasilnya OK
      Dan inbox "siti" menyebut file itu
      Dan inbox "tono" menyebut file itu

    Skenario: anggota yang tidak sedang terkoneksi
      Dengan server memiliki sebuah file
      Dan user "budi" sudah masuk
      Dan user "siti" sudah terdaftar
      Dan user "agus" sudah terdaftar
      Dan grup "kelas" buatan "budi" berisi "budi", "siti" dan "agus"
      Ketika "budi" mengirim file itu ke grup "kelas"
      Dan "siti" masuk
      Maka inbox "siti" menyebut file itu

    Skenario: grup yang lebih besar
      Dengan server memiliki sebuah file
      Dan user "budi", "siti", "tono", "wati" dan "agus" sudah masuk
      Dan grup "kelas" buatan "budi" berisi "siti", "tono", "budi", "wati" dan "agus"
      Ketika "budi" mengirim file itu ke grup "kelas"
      Maka inbox "siti" menyebut file itu
      Dan inbox "wati" menyebut file itu
      Dan inbox "agus" menyebut file itu

    Skenario: file dari anggota yang bukan pembuatnya
      Dengan server memiliki sebuah file
      Dan user "budi", "siti", "tono" dan "wati" sudah masuk
      Dan grup "kelas" buatan "budi" berisi "siti", "budi", "tono" dan "wati"
      Ketika "tono" mengirim file itu ke grup "kelas"
      Tetapi jika permintaan itu ditolak, skenario ini selesai
      Maka inbox "siti" menyebut file itu
      Dan inbox "wati" menyebut file itu

  @SENDFILEGROUP-5
  Aturan: User di luar grup tidak menerima file
    Skenario: user di luar grup
      Dengan server memiliki sebuah file
      Dan user "budi", "siti" dan "tono" sudah masuk
      Dan user "agus" sudah terdaftar
      Dan grup "kelas" buatan "budi" berisi "siti", "budi" dan "agus"
      Dan grup "klub" buatan "budi" berisi "tono", "budi" dan "agus"
      Ketika "budi" mengirim file itu ke grup "kelas"
      Maka inbox "siti" menyebut file itu
      Dan inbox "tono" tidak menyebut file itu

  @SENDFILEGROUP-6
  Aturan: Grup yang tidak dikenal adalah ERROR
    Skenario: grup yang tidak pernah dibuat
      Dengan server memiliki sebuah file
      Dan user "budi" sudah masuk
      Ketika "budi" mengirim file itu ke grup "entah"
      Maka hasilnya ERROR

    Garis-Besar Skenario: id grup <bentuk>
      Dengan server memiliki sebuah file
      Dan user "budi", "siti" dan "tono" sudah masuk
      Dan grup "kelas" buatan "budi" berisi "siti", "budi" dan "tono"
      Ketika "budi" mengirim request: sendfilegroup {<tempat>} {file itu}
      Maka hasilnya ERROR

      Contoh:
        | bentuk                | tempat            |
        | tanpa huruf terakhir  | awal-grup kelas   |
        | dengan huruf tambahan | lanjut-grup kelas |

    Skenario: file ke grup yang tidak dikenal tidak sampai di grup lain
      Dengan server memiliki sebuah file
      Dan user "budi", "siti" dan "tono" sudah masuk
      Dan grup "kelas" buatan "budi" berisi "siti", "budi" dan "tono"
      Ketika "budi" mengirim pesan lain ke grup "kelas"
      Dan "budi" mengirim file itu ke grup "entah"
      Maka hasilnya ERROR
      Dan inbox "siti" tidak menyebut file itu

  @SENDFILEGROUP-7
  Aturan: Setiap anggota menerima file tepat satu kali
    Skenario: satu file, satu kali bagi setiap anggota
      Dengan server memiliki sebuah file
      Dan user "budi", "siti" dan "tono" sudah masuk
      Dan grup "kelas" buatan "budi" berisi "siti", "budi" dan "tono"
      Ketika "budi" mengirim file itu ke grup "kelas"
      Maka inbox "siti" menyebut file itu tepat satu kali
      Dan inbox "tono" menyebut file itu tepat satu kali

  @SENDFILEGROUP-8
  Aturan: Kotak masuk menampilkan pengirim file
    Skenario: anggota melihat siapa pengirimnya
      Dengan server memiliki sebuah file
      Dan user "budi", "siti" dan "tono" sudah masuk
      Dan grup "kelas" buatan "budi" berisi "siti", "budi" dan "tono"
      Ketika "budi" mengirim file itu ke grup "kelas"
      Maka inbox "siti" menyebut "budi" sebagai pengirim file itu

  @SENDFILEGROUP-9
  Aturan: File yang tidak ada ditolak
    Skenario: file yang tidak pernah ada
      Dengan user "budi" dan "siti" sudah masuk
      Dan user "agus" sudah terdaftar
      Dan grup "kelas" buatan "budi" berisi "siti", "budi" dan "agus"
      Ketika "budi" mengirim request: sendfilegroup {grup kelas} {file yang tidak ada}
      Maka hasilnya ERROR
      Dan inbox "siti" tidak menyebut file itu

  @SENDFILEGROUP-10
  Aturan: Nama file yang keluar dari area file ditolak
    Garis-Besar Skenario: <jenis>
      Dengan user "budi" dan "siti" sudah masuk
      Dan user "agus" sudah terdaftar
      Dan grup "kelas" buatan "budi" berisi "siti", "budi" dan "agus"
      Ketika "budi" mengirim request: sendfilegroup {grup kelas} <nama>
      Maka hasilnya ERROR
      Dan inbox "siti" tidak menyebut file itu

      Contoh:
        | jenis               | nama                                 |
        | naik ke folder lain | ../../../../../../../../etc/passwd   |
        | titik ganda-ganda   | ....//....//....//....//....//....//etc/passwd |
        | lewat folder ini    | ./../../../../../../../etc/passwd    |
        | naik di tengah nama | x/../../../../../../../../etc/passwd |
        | folder di atasnya   | ..                                   |
        | garis miring terbalik | ..\\..\\..\\..\\..\\..\\..\\..\\etc\\passwd |
        | alamat mutlak       | /etc/passwd                          |
